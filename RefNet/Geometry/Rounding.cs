namespace RefNet.Geometry;

/// <summary>What to do where a window with a stride does not end exactly at the border of its input.</summary>
public enum Rounding
{
    /// <summary>It is an error: the lectures' "does not fit" (Y2).</summary>
    Exact,

    /// <summary>The rows or columns left over are not seen: what PyTorch does.</summary>
    Floor,

    /// <summary>One window more, which hangs over the border: Caffe's pooling. It must start inside the input.</summary>
    Ceiling,
}
