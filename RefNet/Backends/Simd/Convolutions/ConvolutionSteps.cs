namespace RefNet.Backends.Simd;

/// <summary>One of the three products of a convolution.</summary>
internal enum ConvolutionProduct
{
    /// <summary>Y = W X.</summary>
    Forward,

    /// <summary>dW += dY Xᵀ.</summary>
    WeightGradient,

    /// <summary>dX = Wᵀ dY.</summary>
    InputGradient,
}

/// <summary>
/// What an algorithm does for one image of a batch, or what each of these steps costs. What a step is differs from algorithm to
/// algorithm: moving an element of the image, writing an element of the matrix of columns, transforming a tile.
/// </summary>
/// <param name="Products">Multiply-adds of registers, those of lanes that are thrown away included.</param>
/// <param name="Inputs">Steps on the side of x.</param>
/// <param name="Outputs">Steps on the side of y.</param>
/// <param name="Weights">Steps on the side of the kernels, of which an image of a batch has a share.</param>
internal readonly record struct ConvolutionSteps(double Products, double Inputs, double Outputs, double Weights)
{
    /// <summary>More than any other algorithm has to do.</summary>
    public static ConvolutionSteps TooMuch { get; } = new(double.PositiveInfinity, 0, 0, 0);

    /// <summary>What the work costs in all.</summary>
    /// <param name="each">What one of each of its steps costs.</param>
    public double Cost(ConvolutionSteps each) => Products * each.Products + Inputs * each.Inputs + Outputs * each.Outputs + Weights * each.Weights;
}
