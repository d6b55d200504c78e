namespace RefNet.Layers;

/// <summary>
/// Which tensors of the last Forward the Backward of a layer reads. What neither a layer nor its neighbour reads need not be
/// kept between the two passes: training reuses its memory for the layers that follow.
/// </summary>
[Flags]
public enum BackwardReads
{
    /// <summary>Neither: dX depends on dY, the parameters and what the layer saved itself.</summary>
    None = 0,

    /// <summary>x, as a convolution, whose weight gradient is a product with it.</summary>
    Input = 1,

    /// <summary>y, as tanh, whose derivative is 1 - y².</summary>
    Output = 2,

    /// <summary>Both.</summary>
    Both = Input | Output,
}
