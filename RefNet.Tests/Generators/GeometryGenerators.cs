using FsCheck;
using FsCheck.Fluent;
using RefNet.Geometry;

namespace RefNet.Tests.Generators;

/// <summary>Windows of uneven sizes, strides, padding and dilation, and images that they fit on.</summary>
public static class GeometryGenerators
{
    /// <summary>A window along one axis for convolution.</summary>
    public static Gen<Window> ConvolutionWindow { get; } =
        from size in Gen.Choose(1, 3)
        from stride in Gen.Choose(1, 3)
        from before in Gen.Choose(0, 2)
        from after in Gen.Choose(0, 2)
        from dilation in Gen.Choose(1, 2)
        select new Window(size, stride, before, after, dilation);

    /// <summary>A window along one axis for pooling: each position holds a cell of the image.</summary>
    public static Gen<Window> PoolingWindow { get; } =
        from size in Gen.Choose(1, 3)
        from stride in Gen.Choose(1, 3)
        from before in Gen.Choose(0, size - 1)
        from after in Gen.Choose(0, size - 1)
        select new Window(size, stride, before, after);

    /// <summary>An extent on which a window fits at 1 to 3 positions, with the rounding of what is left over.</summary>
    public static Gen<int> Extent(Window window, Rounding rounding) =>
        from positions in Gen.Choose(1, 3)
        from leftOver in Gen.Choose(0, rounding == Rounding.Exact ? 0 : window.Stride - 1)
        select Math.Max(1, (positions - 1) * window.Stride + window.Reach + leftOver - window.Before - window.After) into extent
        where window.Positions(extent, rounding) > 0
        select extent;

    /// <summary>Windows that are simpler than this one.</summary>
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
