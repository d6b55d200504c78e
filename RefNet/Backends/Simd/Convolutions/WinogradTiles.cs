using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RefNet.Backends.Simd;

/// <summary>Moves tiles between images and registers in which each lane belongs to a different tile.</summary>
internal static unsafe class WinogradTiles
{
    private const int Side = WinogradTransform.Output;

    /// <summary>A number of tiles, or of channels, rounded up to whole registers.</summary>
    public static int WholeRegisters<T>(int count) => (count + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;

    /// <summary>Reads one tile for each lane: element (i, j) goes to register i * side + j.</summary>
    /// <param name="frames">The frames of a channel.</param>
    /// <param name="starts">The start of each tile; in its rows, elements 4 to 7 are read too if the side is 6.</param>
    /// <param name="pitch">The distance between rows.</param>
    /// <param name="side">The side of a tile: 6, or 4.</param>
    /// <param name="registers">Room for side * side registers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read<T>(T* frames, nint* starts, nint pitch, int side, T* registers) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) != typeof(float))
        {
            for (int lane = 0; lane < Vector512<T>.Count; lane++)
            {
                for (int i = 0; i < side; i++)
                {
                    for (int j = 0; j < side; j++)
                        registers[(i * side + j) * Vector512<T>.Count + lane] = frames[starts[lane] + i * pitch + j];
                }
            }

            return;
        }

        int lanes = Vector512<float>.Count;
        for (int lane = 0; lane < lanes; lane += 4)
        {
            float* a = (float*)frames + starts[lane], b = (float*)frames + starts[lane + 1], c = (float*)frames + starts[lane + 2], d = (float*)frames + starts[lane + 3];
            float* target = (float*)registers + lane;
            for (nint i = 0, row = 0; i < side; i++, row += pitch, target += side * lanes)
            {
                Transposition.Copy4x4(a + row, b + row, c + row, d + row, target, lanes);
                if (side > 4)
                    Transposition.Copy4x2(a + row + 4, b + row + 4, c + row + 4, d + row + 4, target + 4 * lanes, lanes);
            }
        }
    }

    /// <summary>Stores the part of a 4x4 tile that lies on its map.</summary>
    /// <param name="tile">The 16 elements, row by row.</param>
    /// <param name="map">Where the first of them goes.</param>
    /// <param name="width">The distance between rows of the map.</param>
    /// <param name="rows">The rows of the map from there on.</param>
    /// <param name="columns">The columns of the map from there on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(T* tile, T* map, int width, int rows, int columns) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows >= Side && columns >= Side)
        {
            for (int i = 0; i < Side; i++, tile += Side, map += width)
                StoreRow(tile, map);
            return;
        }

        for (int i = 0; i < Math.Min(Side, rows); i++)
        {
            for (int j = 0; j < Math.Min(Side, columns); j++)
                map[i * width + j] = tile[i * Side + j];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow<T>(T* row, T* target) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (sizeof(T) * Side == Vector128<byte>.Count)
            Vector128.Load(row).Store(target);
        else
            Vector256.Load(row).Store(target);
    }
}
