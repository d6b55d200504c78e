namespace RefNet.Backends.Simd;

/// <summary>
/// The cost of each step of each convolution algorithm, in nanoseconds of all threads together. <c>dotnet run -c Release --project
/// RefNet.Benchmarks -- calibrate</c> measures them with one thread, as in the slices of a batch, and with all; it prints these tables.
/// <c>-- algorithms</c> shows where the resulting choice is wrong.
/// </summary>
/// <remarks>Only ratios matter. The costs are measured in float; in double registers hold half as many numbers, and the choice is much the same.</remarks>
internal static class ConvolutionCosts
{
    /// <summary>The costs for registers of a given length.</summary>
    /// <param name="algorithm">The name of the algorithm.</param>
    /// <param name="product">Which product.</param>
    /// <param name="registerBytes">64 with AVX-512; 32 with AVX2, also used for shorter registers.</param>
    public static ConvolutionSteps Of(string algorithm, ConvolutionProduct product, int registerBytes) => registerBytes == 64 ? OfAvx512(algorithm, product) : OfAvx2(algorithm, product);

    // AMD Zen 4, which computes 512 bits in two halves. It takes 0.8 % longer than with its fastest choices with one thread, 2.8 % with two; with a table of Zen 5,
    // where products cost two thirds of this, it takes 4.3 and 4.5 %.
    private static ConvolutionSteps OfAvx512(string algorithm, ConvolutionProduct product) => (algorithm, product) switch
    {
        ("columns", ConvolutionProduct.Forward) => new(0.312, 0.227, 0.144, 0.182),
        ("columns", ConvolutionProduct.WeightGradient) => new(0.341, 0.265, 0.0189, 0.505),
        ("columns", ConvolutionProduct.InputGradient) => new(0.294, 0.311, 0.275, 0.289),
        ("interleaved", ConvolutionProduct.Forward) => new(0.296, 0.0906, 0.228, 0),
        ("interleaved", ConvolutionProduct.WeightGradient) => new(0.3, 0, 0.226, 1.64),
        ("interleaved", ConvolutionProduct.InputGradient) => new(0.258, 0, 0.439, 0),
        ("pointwise", ConvolutionProduct.Forward) => new(0.282, 0.017, 0.0757, 0),
        ("pointwise", ConvolutionProduct.WeightGradient) => new(0.303, 0.103, 0, 0.352),
        ("pointwise", ConvolutionProduct.InputGradient) => new(0.287, 0.0343, 0.0438, 0),
        ("shifts", ConvolutionProduct.Forward) => new(0.303, 0.121, 0.204, 0.0227),
        ("shifts", ConvolutionProduct.WeightGradient) => new(0.307, 0.146, 0.21, 2.2),
        ("shifts", ConvolutionProduct.InputGradient) => new(0.286, 0.318, 0.155, 0.141),
        ("winograd", ConvolutionProduct.Forward) => new(0.391, 9.91, 14.4, 4.24),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.499, 7.38, 16.3, 18.8),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.401, 5.2, 18.6, 5.43),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.33, 0, 0.478, 0.424),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.347, 0.188, 0.363, 2.5),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.26, 1.21, 0, 0.847),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };

    // AMD Zen 4 without AVX-512. It takes 0.6 % longer than with its fastest choices with one thread, 3.8 % with two.
    private static ConvolutionSteps OfAvx2(string algorithm, ConvolutionProduct product) => (algorithm, product) switch
    {
        ("columns", ConvolutionProduct.Forward) => new(0.163, 0.239, 0.223, 0.252),
        ("columns", ConvolutionProduct.WeightGradient) => new(0.181, 0.262, 0.061, 0.489),
        ("columns", ConvolutionProduct.InputGradient) => new(0.161, 0.367, 0.31, 0.396),
        ("interleaved", ConvolutionProduct.Forward) => new(0.159, 0.334, 0.355, 0),
        ("interleaved", ConvolutionProduct.WeightGradient) => new(0.198, 0.106, 0.19, 0),
        ("interleaved", ConvolutionProduct.InputGradient) => new(0.197, 0, 0, 0),
        ("pointwise", ConvolutionProduct.Forward) => new(0.156, 0.0429, 0.0443, 0),
        ("pointwise", ConvolutionProduct.WeightGradient) => new(0.156, 0.112, 0.0351, 0.423),
        ("pointwise", ConvolutionProduct.InputGradient) => new(0.159, 0, 0.0778, 0.196),
        ("shifts", ConvolutionProduct.Forward) => new(0.173, 0.228, 0.297, 0.118),
        ("shifts", ConvolutionProduct.WeightGradient) => new(0.189, 0.153, 0.246, 2),
        ("shifts", ConvolutionProduct.InputGradient) => new(0.167, 0.32, 0.426, 0.252),
        ("winograd", ConvolutionProduct.Forward) => new(0.199, 11.8, 19.1, 4.38),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.243, 16.4, 16.8, 27.6),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.214, 6.44, 22.5, 4.5),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.19, 0, 0.784, 0.387),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.202, 0.238, 0.477, 1.85),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.19, 1.17, 0, 0.243),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };
}
