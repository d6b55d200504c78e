using System.Numerics;
using RefNet.Backends.Simd;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>Copies matrices into and out of contiguous memory; threads share large copies.</summary>
internal static unsafe class Packing
{
    private const long PieceBytes = 1 << 20;

    /// <summary>Copies a matrix, row by row; or, where its columns are contiguous, its transpose, row by row.</summary>
    /// <returns>Whether the transpose was copied.</returns>
    public static bool Pack<T>(Matrix<T> source, nint destination) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (source.ColumnStride != 1 && source.RowStride == 1)
        {
            Pack(source.Transposed, destination);
            return true;
        }

        T* target = (T*)destination;
        fixed (T* elements = source.Span)
        {
            if (IsDense(source))
                Copy(elements, target, source.Rows * (long)source.Columns * sizeof(T));
            else
            {
                for (int i = 0; i < source.Rows; i++)
                {
                    for (int j = 0; j < source.Columns; j++)
                        target[(long)i * source.Columns + j] = elements[(long)i * source.RowStride + (long)j * source.ColumnStride];
                }
            }
        }

        return false;
    }

    /// <summary>Copies contiguous rows into a matrix.</summary>
    public static void Unpack<T>(nint source, Matrix<T> destination) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* values = (T*)source;
        fixed (T* elements = destination.Span)
        {
            if (IsDense(destination))
                Copy(values, elements, destination.Rows * (long)destination.Columns * sizeof(T));
            else
            {
                for (int i = 0; i < destination.Rows; i++)
                {
                    for (int j = 0; j < destination.Columns; j++)
                        elements[(long)i * destination.RowStride + (long)j * destination.ColumnStride] = values[(long)i * destination.Columns + j];
                }
            }
        }
    }

    /// <summary>Copies elements.</summary>
    public static void Pack<T>(ReadOnlySpan<T> source, nint destination) where T : unmanaged
    {
        fixed (T* elements = source)
            Copy(elements, (T*)destination, (long)source.Length * sizeof(T));
    }

    /// <summary>Copies elements.</summary>
    public static void Unpack<T>(nint source, Span<T> destination) where T : unmanaged
    {
        fixed (T* elements = destination)
            Copy((T*)source, elements, (long)destination.Length * sizeof(T));
    }

    /// <summary>Copies channels of images, stored image by image, so that each channel of all images is contiguous.</summary>
    public static void PackChannels<T>(ReadOnlySpan<T> images, nint destination, int count, int channels) where T : unmanaged
    {
        fixed (T* elements = images)
            CopyChannels(new Channels((nint)elements, destination, count, channels, (long)images.Length / count / channels * sizeof(T), ToSideBySide: true));
    }

    /// <summary>Copies channels of images, stored channel by channel over all images, back to image by image.</summary>
    public static void UnpackChannels<T>(nint source, Span<T> images, int count, int channels) where T : unmanaged
    {
        fixed (T* elements = images)
            CopyChannels(new Channels((nint)elements, source, count, channels, (long)images.Length / count / channels * sizeof(T), ToSideBySide: false));
    }

    /// <summary>Whether memory holds these elements, compared bitwise: 0 and -0 differ, and a NaN equals itself.</summary>
    public static bool Holds<T>(nint memory, ReadOnlySpan<T> elements) where T : unmanaged
    {
        long bytes = (long)elements.Length * sizeof(T);
        fixed (T* start = elements)
        {
            if (bytes <= PieceBytes)
                return AreSame((byte*)memory, (byte*)start, bytes);
            // A difference in the first piece, as in trained weights, ends the comparison; otherwise threads share the rest.
            if (!AreSame((byte*)memory, (byte*)start, PieceBytes))
                return false;
            int difference = 0;
            ParallelLoop.For(PiecesOf(bytes), (A: memory, B: (nint)start, Bytes: bytes, Found: (nint)(&difference)), ComparePiece);
            return difference == 0;
        }
    }

    /// <summary>Whether the rows of a matrix are contiguous.</summary>
    public static bool IsDense<T>(Matrix<T> matrix) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        matrix.ColumnStride == 1 && (matrix.RowStride == matrix.Columns || matrix.Rows == 1);

    private static void Copy(void* from, void* to, long bytes)
    {
        if (bytes <= PieceBytes)
            Buffer.MemoryCopy(from, to, bytes, bytes);
        else
            ParallelLoop.For(PiecesOf(bytes), (From: (nint)from, To: (nint)to, Bytes: bytes), CopyPiece);
    }

    private readonly record struct Channels(nint Images, nint SideBySide, int Count, int PerImage, long Bytes, bool ToSideBySide);

    private static void CopyChannels(Channels all)
    {
        if ((long)all.Count * all.PerImage * all.Bytes > PieceBytes)
            ParallelLoop.For(all.PerImage, all, CopyChannel);
        else
        {
            for (int channel = 0; channel < all.PerImage; channel++)
                CopyChannel(channel, all);
        }
    }

    private static void CopyChannel(int channel, Channels all)
    {
        for (int n = 0; n < all.Count; n++)
        {
            byte* inImage = (byte*)all.Images + ((long)n * all.PerImage + channel) * all.Bytes;
            byte* sideBySide = (byte*)all.SideBySide + ((long)channel * all.Count + n) * all.Bytes;
            if (all.ToSideBySide)
                Buffer.MemoryCopy(inImage, sideBySide, all.Bytes, all.Bytes);
            else
                Buffer.MemoryCopy(sideBySide, inImage, all.Bytes, all.Bytes);
        }
    }

    private static int PiecesOf(long bytes) => (int)((bytes + PieceBytes - 1) / PieceBytes);

    private static bool AreSame(byte* a, byte* b, long bytes) => new ReadOnlySpan<byte>(a, (int)bytes).SequenceEqual(new ReadOnlySpan<byte>(b, (int)bytes));

    private static void ComparePiece(int i, (nint A, nint B, long Bytes, nint Found) all)
    {
        long start = i * PieceBytes;
        if (Volatile.Read(ref *(int*)all.Found) == 0 && !AreSame((byte*)all.A + start, (byte*)all.B + start, Math.Min(PieceBytes, all.Bytes - start)))
            Volatile.Write(ref *(int*)all.Found, 1);
    }

    private static void CopyPiece(int i, (nint From, nint To, long Bytes) all)
    {
        long start = i * PieceBytes;
        long bytes = Math.Min(PieceBytes, all.Bytes - start);
        Buffer.MemoryCopy((byte*)all.From + start, (byte*)all.To + start, bytes, bytes);
    }
}
