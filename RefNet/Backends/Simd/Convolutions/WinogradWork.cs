using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// The state of one convolution by <see cref="WinogradConvolution{T}"/>: U is 36 matrices maps x channels, V 36 of channels x
/// tiles, M 36 of maps x tiles.
/// </summary>
internal unsafe partial struct WinogradWork<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public SimdGemm<T> Gemm;
    public GemmKernel<T> Kernel;
    public WinogradPlan Plan;
    public Tensor<T> Source, Target;
    public Tensor<T>? Bias;
    public int Images, Tiles, RowU, StepU, StepV, StepM;
    public T* U, V, M, Planes, Phases;

    private const int Side = WinogradTransform.Output;

    private readonly ShiftedPlanes Layout => Plan.Layout;

    private readonly int Channels => Source.Shape[1];

    private readonly int Maps => Target.Shape[1];

    // The kernels of one map, one channel per lane.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void TransformKernels(int map, Tensor<T> w, bool transposed, bool turned)
    {
        T* taps = stackalloc T[9 * Vector512<T>.Count];
        ReadOnlySpan<T> weights = w.Values;
        for (int first = 0; first < Channels; first += Vector512<T>.Count)
        {
            for (int lane = 0; lane < Vector512<T>.Count; lane++)
            {
                int channel = Math.Min(first + lane, Channels - 1);
                ReadOnlySpan<T> taps3x3 = weights.Slice(9 * (transposed ? channel * Maps + map : map * Channels + channel), 9);
                for (int tap = 0; tap < 9; tap++)
                    taps[tap * Vector512<T>.Count + lane] = taps3x3[turned ? 8 - tap : tap];
            }

            WinogradTransform.Kernels(taps, U + map * RowU + first, StepU);
        }
    }

    // Some images, starting with image n.
    public readonly void Convolve(int n)
    {
        WinogradWork<T> work = this;
        work.Images = Math.Min(Images, Source.Shape[0] - n);
        int size = Channels * Layout.ChannelSize;
        using Scratch<T> scratch = new(size + Vector512<T>.Count); // the last register of tiles reads beyond the planes
        scratch.Span[size..].Clear();
        fixed (T* planes = scratch.Span)
        {
            work.Planes = planes;
            work.FillPlanes(n);
            ParallelLoop.For((work.Positions + Tiles - 1) / Tiles, (work, n), static (block, s) => s.work.ConvolveTiles(s.n, block * s.work.Tiles));
        }
    }

    private readonly void FillPlanes(int n) => ParallelLoop.For(Channels, (work: this, n), static (c, s) =>
        s.work.Layout.Fill(s.work.Source, s.n, s.work.Images, c, s.work.Planes + c * s.work.Layout.ChannelSize));

    // Some tiles, starting with the given one, of the images from n on.
    private readonly void ConvolveTiles(int n, int first)
    {
        WinogradWork<T> work = this;
        using Scratch<T> vScratch = new(WinogradTransform.Products * StepV);
        using Scratch<T> mScratch = new(WinogradTransform.Products * StepM);
        fixed (T* v = vScratch.Span, m = mScratch.Span)
        {
            work.V = v;
            work.M = m;
            ParallelLoop.For(Channels, (work, first), static (c, s) => s.work.TransformTiles(c, s.first)); // V = Bᵀ d B
            ParallelLoop.For(WinogradTransform.Products, (work, first), static (product, s) => s.work.Multiply(product, s.first)); // M = U V
            ParallelLoop.For(Maps, (work, n, first), static (map, s) => s.work.TransformBack(s.n, map, s.first)); // Y = Aᵀ M A + b
        }
    }

    private readonly int Positions => Plan.Tiles(Images);

    private readonly int Count(int first) => Math.Min(Tiles, Positions - first);

    private readonly void TransformTiles(int channel, int first)
    {
        T* tiles = Planes + channel * Layout.ChannelSize + first;
        for (int t = 0; t < Count(first); t += Vector512<T>.Count)
            WinogradTransform.Input(tiles + t, Layout.Offsets.Pointer, V + channel * Tiles + t, StepV);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Multiply(int product, int first)
    {
        GemmTile<T> tile = default;
        tile.Alpha = T.One;
        tile.Inner = Channels;
        tile.ARowStride = RowU;
        tile.AStep = 1;
        tile.BStep = Tiles;
        tile.CRowStride = Tiles;
        int count = Count(first);
        for (int column = 0; column < count;)
        {
            bool wide = count - column > Kernel.WideColumns - Kernel.NarrowColumns;
            tile.B = V + product * StepV + column;
            tile.A = U + product * StepU;
            tile.C = M + product * StepM + column;
            Kernel.MultiplyStrip(tile, Maps, wide);
            column += wide ? Kernel.WideColumns : Kernel.NarrowColumns;
        }
    }

    private readonly void TransformBack(int n, int map, int first)
    {
        using Scratch<T> scratch = new(WinogradTransform.Output * WinogradTransform.Output * Tiles);
        fixed (T* outputs = scratch.Span)
        {
            int end = first + Count(first);
            for (int t = 0; t < end - first; t += Vector512<T>.Count)
                WinogradTransform.Outputs(M + map * Tiles + t, StepM, outputs + t, Tiles);
            for (int i = first / Layout.ImagePitch; i < Images && i * Layout.ImagePitch < end; i++)
            {
                int start = Math.Max(first, i * Layout.ImagePitch), imageEnd = Math.Min(end, i * Layout.ImagePitch + Layout.Positions);
                fixed (T* plane = Target.PlaneSpan(n + i, map))
                    Deliver(outputs + start - first, start - i * Layout.ImagePitch, imageEnd - start, plane, Bias is null ? T.Zero : Bias[map]);
            }
        }
    }

    // Stores some tiles, starting with the given one: from each row of tiles those that are part of the map.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Deliver(T* outputs, int first, int count, T* map, T addend)
    {
        (int height, int width, int pitch) = (Target.Shape[2], Target.Shape[3], Layout.Pitch);
        for (int t = 0; t < count;)
        {
            (int row, int column) = Math.DivRem(first + t, pitch);
            int tiles = Math.Min(pitch - column, count - t), columns = Math.Min(Side * tiles, width - Side * column);
            for (int i = 0; i < Side && Side * row + i < height && columns > 0; i++)
                PlaneRows.JoinFour(outputs + i * Side * Tiles + t, Tiles, map + (Side * row + i) * width + Side * column, columns, addend);
            t += tiles;
        }
    }
}
