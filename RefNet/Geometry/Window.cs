using System.Globalization;

namespace RefNet.Geometry;

/// <summary>How the taps of a kernel, or the cells of a pooling window, slide along one axis of an image.</summary>
public sealed record Window
{
    /// <summary>Creates a window.</summary>
    /// <param name="size">K, the number of taps, 1 or more.</param>
    /// <param name="stride">S, the distance from one position to the next, 1 or more.</param>
    /// <param name="before">Padding before the first element, 0 or more.</param>
    /// <param name="after">Padding after the last element, 0 or more.</param>
    /// <param name="dilation">D, the distance from one tap to the next, 1 or more.</param>
    public Window(int size, int stride = 1, int before = 0, int after = 0, int dilation = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(before);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(dilation, 1);
        Size = size;
        Stride = stride;
        Before = before;
        After = after;
        Dilation = dilation;
    }

    /// <summary>K, the number of taps.</summary>
    public int Size { get; }

    /// <summary>S, the distance from one position to the next.</summary>
    public int Stride { get; }

    /// <summary>Padding before the first element.</summary>
    public int Before { get; }

    /// <summary>Padding after the last element.</summary>
    public int After { get; }

    /// <summary>D, the distance from one tap to the next.</summary>
    public int Dilation { get; }

    /// <summary>The number of elements from the first tap to the last: D (K - 1) + 1.</summary>
    public int Reach => Dilation * (Size - 1) + 1;

    /// <summary>A window whose padding keeps the extent at stride 1: D (K - 1) in all, the odd one after (Y3).</summary>
    public static Window Same(int size, int dilation = 1)
    {
        int padding = dilation * (size - 1);
        return new Window(size, 1, padding / 2, padding - padding / 2, dilation);
    }

    /// <summary>
    /// A window with a stride and the least padding that gives ⌈H/S⌉ positions on an extent of H, the odd one after.
    /// This is TensorFlow's and Keras's 'same': with a stride of 2, a kernel of 3 and H even it is 0 before and 1 after.
    /// </summary>
    public static Window Same(int size, int extent, int stride, int dilation = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(extent, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        int reach = dilation * (size - 1) + 1, positions = (extent + stride - 1) / stride;
        int padding = Math.Max(0, (positions - 1) * stride + reach - extent);
        return new Window(size, stride, padding / 2, padding - padding / 2, dilation);
    }

    /// <summary>The extent on which the given number of positions fits exactly: S (n - 1) + reach - before - after.</summary>
    public int Extent(int positions) => Stride * (positions - 1) + Reach - Before - After;

    /// <summary>The number of positions along an axis: (H + before + after - reach) / S + 1, rounded (S3, X38).</summary>
    /// <returns>The number, or 0 where the window does not fit: <see cref="Problem"/> says why.</returns>
    public int Positions(int extent, Rounding rounding)
    {
        int free = extent + Before + After - Reach;
        if (free < 0 || (rounding == Rounding.Exact && free % Stride != 0))
            return 0;

        int positions = free / Stride + 1;
        bool oneHangsOver = rounding == Rounding.Ceiling && free % Stride != 0 && positions * Stride < extent + Before;
        return oneHangsOver ? positions + 1 : positions;
    }

    /// <summary>Says what the axis would have to be for the window to fit, or returns null where it fits.</summary>
    public string? Problem(string axis, int extent, Rounding rounding)
    {
        int padded = extent + Before + After;
        if (padded < Reach)
            return $"{Reach} {axis} or more, padding included, for a window that reaches over {Reach}";
        if (Positions(extent, rounding) > 0)
            return null;

        double positions = (padded - Reach) / (double)Stride + 1;
        return string.Create(CultureInfo.InvariantCulture,
            $"{axis} that the window fits: ({padded} - {Reach}) / {Stride} + 1 = {positions:0.##} is no whole number; change stride or padding, or ask for {nameof(Rounding)}.{nameof(Rounding.Floor)} or {nameof(Rounding)}.{nameof(Rounding.Ceiling)}");
    }
}
