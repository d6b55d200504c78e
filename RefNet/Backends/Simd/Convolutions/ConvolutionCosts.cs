namespace RefNet.Backends.Simd;

/// <summary>
/// What the steps of each algorithm for convolution cost, in nanoseconds on two threads. <c>dotnet run -c Release --project
/// RefNet.Benchmarks -- calibrate</c> measures them, and prints these tables; <c>-- algorithms</c> shows where the choice that follows
/// is wrong.
/// </summary>
/// <remarks>Only ratios count. Measured in float; registers hold half as many numbers in double, and the choice is much the same.</remarks>
internal static class ConvolutionCosts
{
    /// <summary>The costs for registers of a given length.</summary>
    /// <param name="algorithm">The name of the algorithm.</param>
    /// <param name="product">Which product.</param>
    /// <param name="registerBytes">64 with AVX-512; 32 with AVX2, which serves for shorter ones too.</param>
    public static ConvolutionSteps Of(string algorithm, ConvolutionProduct product, int registerBytes) => registerBytes == 64 ? OfAvx512(algorithm, product) : OfAvx2(algorithm, product);

    // AMD Zen 5.
    private static ConvolutionSteps OfAvx512(string algorithm, ConvolutionProduct product) => (algorithm, product) switch
    {
        ("columns", ConvolutionProduct.Forward) => new(0.0932, 0.11, 0.0674, 0.19),
        ("columns", ConvolutionProduct.WeightGradient) => new(0.103, 0.126, 0.0482, 0.54),
        ("columns", ConvolutionProduct.InputGradient) => new(0.0868, 0.126, 0.136, 0.201),
        ("interleaved", ConvolutionProduct.Forward) => new(0.0931, 1.15, 0.0988, 0),
        ("interleaved", ConvolutionProduct.WeightGradient) => new(0.0457, 1.47, 0.0525, 2.45),
        ("interleaved", ConvolutionProduct.InputGradient) => new(0.0816, 0, 0.916, 0),
        ("shifts", ConvolutionProduct.Forward) => new(0.0937, 0.0535, 0.129, 0),
        ("shifts", ConvolutionProduct.WeightGradient) => new(0.0964, 0.0986, 0.136, 3.27),
        ("shifts", ConvolutionProduct.InputGradient) => new(0.0933, 0.154, 0.0203, 0),
        ("winograd", ConvolutionProduct.Forward) => new(0.0842, 11.8, 7.01, 23.8),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.0477, 31.8, 19.9, 24),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.109, 0, 12.9, 23.2),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.0987, 0, 0.301, 2.29),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.137, 0.489, 0.256, 0.817),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.0643, 0.6, 0, 3.11),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };

    // The same processor without AVX-512.
    private static ConvolutionSteps OfAvx2(string algorithm, ConvolutionProduct product) => (algorithm, product) switch
    {
        ("columns", ConvolutionProduct.Forward) => new(0.0842, 0.152, 0.106, 0.301),
        ("columns", ConvolutionProduct.WeightGradient) => new(0.0942, 0.121, 0.0599, 0.583),
        ("columns", ConvolutionProduct.InputGradient) => new(0.103, 0.11, 0.168, 0.145),
        ("interleaved", ConvolutionProduct.Forward) => new(0.0786, 1.27, 0.234, 0),
        ("interleaved", ConvolutionProduct.WeightGradient) => new(0.0753, 1.38, 0.16, 1.37),
        ("interleaved", ConvolutionProduct.InputGradient) => new(0.0929, 0.331, 0.426, 0),
        ("shifts", ConvolutionProduct.Forward) => new(0.0876, 0.0665, 0.183, 0),
        ("shifts", ConvolutionProduct.WeightGradient) => new(0.0858, 0.0917, 0.158, 2.95),
        ("shifts", ConvolutionProduct.InputGradient) => new(0.0976, 0.272, 0, 0),
        ("winograd", ConvolutionProduct.Forward) => new(0.0892, 9.91, 10.7, 20.5),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.0579, 43.2, 19.6, 25.2),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.134, 0, 13.7, 16),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.0977, 0.216, 0.529, 1.89),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.0857, 1.63, 0.464, 1),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.135, 0.627, 0, 0.335),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };
}
