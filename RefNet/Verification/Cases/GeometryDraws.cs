using RefNet.Geometry;

namespace RefNet.Verification.Cases;

/// <summary>Non-square windows with strides, padding and dilation, and images that they fit on.</summary>
internal static class GeometryDraws
{
    /// <summary>A window along one axis for convolution.</summary>
    public static Window ConvolutionWindow(this Random random) => new(
        random.Between(1, 3), random.Between(1, 3), random.Between(0, 2), random.Between(0, 2), random.Between(1, 2));

    /// <summary>A window along one axis for pooling, with at least one element of the image at each position.</summary>
    public static Window PoolingWindow(this Random random)
    {
        int size = random.Between(1, 3);
        return new Window(size, random.Between(1, 3), random.Between(0, size - 1), random.Between(0, size - 1));
    }

    /// <summary>An extent on which a window fits at 1 to 3 positions, with a rounding mode for the remainder.</summary>
    public static int Extent(this Random random, Window window, Rounding rounding)
    {
        while (true)
        {
            int leftOver = rounding == Rounding.Exact ? 0 : random.Between(0, window.Stride - 1);
            int extent = (random.Between(1, 3) - 1) * window.Stride + window.Reach + leftOver - window.Before - window.After;
            if (window.Positions(Math.Max(1, extent), rounding) > 0)
                return Math.Max(1, extent);
        }
    }

    /// <summary>Smaller windows for the same extent, and smaller extents for the same window.</summary>
    public static IEnumerable<(Window Window, int Extent)> Smaller(Window window, int extent, Rounding rounding) => Enumerable
        .Range(1, extent - 1).Select(smaller => (window, smaller))
        .Concat(Simpler(window).Select(simpler => (simpler, extent)))
        .Where(axis => axis.Item1.Positions(axis.Item2, rounding) > 0);

    /// <summary>Windows with one setting simplified.</summary>
    public static IEnumerable<Window> Simpler(Window w)
    {
        if (w.Size > 1)
            yield return new Window(w.Size - 1, w.Stride, Math.Min(w.Before, w.Size - 2), Math.Min(w.After, w.Size - 2), w.Dilation);
        if (w.Stride > 1)
            yield return new Window(w.Size, 1, w.Before, w.After, w.Dilation);
        if (w.Before + w.After > 0)
            yield return new Window(w.Size, w.Stride, 0, 0, w.Dilation);
        if (w.Dilation > 1)
            yield return new Window(w.Size, w.Stride, w.Before, w.After);
    }
}
