namespace RefNet.Geometry;

/// <summary>What to do where a window with a stride does not end exactly at the border of its input.</summary>
public enum Rounding
{
    /// <summary>It is an error: the lectures' "does not fit" (Y2).</summary>
    Exact,

    /// <summary>The rows or columns left over are ignored, as in PyTorch.</summary>
    Floor,

    /// <summary>One more window, which extends past the border, as in Caffe's pooling. It must start inside the input.</summary>
    Ceiling,
}
