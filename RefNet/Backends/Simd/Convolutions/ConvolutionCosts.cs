namespace RefNet.Backends.Simd;

/// <summary>
/// The cost of each step of each convolution algorithm, in nanoseconds on two threads. <c>dotnet run -c Release --project
/// RefNet.Benchmarks -- calibrate</c> measures them, and prints these tables; <c>-- algorithms</c> shows where the
/// resulting choice is wrong.
/// </summary>
/// <remarks>Only ratios matter. The costs are measured in float; in double registers hold half as many numbers, and the choice is much the same.</remarks>
internal static class ConvolutionCosts
{
    /// <summary>The costs for registers of a given length.</summary>
    /// <param name="algorithm">The name of the algorithm.</param>
    /// <param name="product">Which product.</param>
    /// <param name="registerBytes">64 with AVX-512; 32 with AVX2, also used for shorter registers.</param>
    public static ConvolutionSteps Of(string algorithm, ConvolutionProduct product, int registerBytes) => registerBytes == 64 ? OfAvx512(algorithm, product) : OfAvx2(algorithm, product);

    // AMD Zen 5; what winograd moves, on Zen 4. With this table Zen 4 takes 3.6 % longer than with its fastest choices, with one of its own 2.6 %.
    private static ConvolutionSteps OfAvx512(string algorithm, ConvolutionProduct product) => (algorithm, product) switch
    {
        ("columns", ConvolutionProduct.Forward) => new(0.108, 0.117, 0.077, 0.16),
        ("columns", ConvolutionProduct.WeightGradient) => new(0.107, 0.16, 0.041, 0.503),
        ("columns", ConvolutionProduct.InputGradient) => new(0.0981, 0.124, 0.121, 0.138),
        ("interleaved", ConvolutionProduct.Forward) => new(0.104, 1.05, 0.109, 0),
        ("interleaved", ConvolutionProduct.WeightGradient) => new(0.0474, 1.58, 0.0589, 2.64),
        ("interleaved", ConvolutionProduct.InputGradient) => new(0.0833, 0, 0.919, 0),
        ("pointwise", ConvolutionProduct.Forward) => new(0.086, 0.0621, 0, 0),
        ("pointwise", ConvolutionProduct.WeightGradient) => new(0.0884, 0.0803, 0.00258, 0.269),
        ("pointwise", ConvolutionProduct.InputGradient) => new(0.0847, 0, 0.0452, 0),
        ("shifts", ConvolutionProduct.Forward) => new(0.102, 0.0596, 0.135, 0),
        ("shifts", ConvolutionProduct.WeightGradient) => new(0.104, 0.106, 0.157, 3.3),
        ("shifts", ConvolutionProduct.InputGradient) => new(0.0967, 0.157, 0.0268, 0),
        ("winograd", ConvolutionProduct.Forward) => new(0.124, 11.7, 7.2, 4.12),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.127, 4.93, 13.4, 11.7),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.129, 1.67, 12.3, 5.17),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.113, 0, 0.331, 2.29),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.158, 0.303, 0.312, 0.738),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.0845, 0.533, 0, 2.34),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };

    // AMD Zen 4 without AVX-512.
    private static ConvolutionSteps OfAvx2(string algorithm, ConvolutionProduct product) => (algorithm, product) switch
    {
        ("columns", ConvolutionProduct.Forward) => new(0.083, 0.141, 0.117, 0.197),
        ("columns", ConvolutionProduct.WeightGradient) => new(0.0908, 0.142, 0.0334, 0.494),
        ("columns", ConvolutionProduct.InputGradient) => new(0.0806, 0.218, 0.149, 0.297),
        ("interleaved", ConvolutionProduct.Forward) => new(0.0807, 0.33, 0.167, 0),
        ("interleaved", ConvolutionProduct.WeightGradient) => new(0.0939, 0.478, 0.116, 0),
        ("interleaved", ConvolutionProduct.InputGradient) => new(0.103, 0.0273, 0, 0),
        ("pointwise", ConvolutionProduct.Forward) => new(0.0793, 0.0635, 0, 0),
        ("pointwise", ConvolutionProduct.WeightGradient) => new(0.0769, 0.0892, 0.0263, 0.302),
        ("pointwise", ConvolutionProduct.InputGradient) => new(0.0813, 0, 0.0306, 0.0758),
        ("shifts", ConvolutionProduct.Forward) => new(0.0905, 0.0569, 0.164, 0),
        ("shifts", ConvolutionProduct.WeightGradient) => new(0.0959, 0.096, 0.134, 1.12),
        ("shifts", ConvolutionProduct.InputGradient) => new(0.0965, 0.245, 0, 0),
        ("winograd", ConvolutionProduct.Forward) => new(0.108, 9.74, 9.81, 2.39),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.101, 11.9, 14, 15.9),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.107, 7.17, 10.8, 3.44),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.097, 0.0822, 0.377, 0.599),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.0937, 0.17, 0.516, 0.775),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.0862, 0.972, 0, 0.894),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };
}
