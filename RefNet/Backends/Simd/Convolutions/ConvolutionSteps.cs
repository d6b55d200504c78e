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
/// The number of steps that an algorithm takes for one image of a batch, or the cost of each step. A step differs
/// between algorithms: moving an element of the image, writing an element of the matrix of columns, transforming a tile.
/// </summary>
/// <param name="Products">Multiply-adds of registers, including lanes that are discarded.</param>
/// <param name="Inputs">Steps on the side of x.</param>
/// <param name="Outputs">Steps on the side of y.</param>
/// <param name="Weights">Steps on the side of the kernels; those that serve several images are divided by their number.</param>
internal readonly record struct ConvolutionSteps(double Products, double Inputs, double Outputs, double Weights)
{
    /// <summary>More work than any other algorithm.</summary>
    public static ConvolutionSteps TooMuch { get; } = new(double.PositiveInfinity, 0, 0, 0);

    /// <summary>The total cost of the work.</summary>
    /// <param name="each">The cost of one step of each kind.</param>
    public double Cost(ConvolutionSteps each) => Products * each.Products + Inputs * each.Inputs + Outputs * each.Outputs + Weights * each.Weights;
}
