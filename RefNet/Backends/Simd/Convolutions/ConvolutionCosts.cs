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

    // AMD Zen 5.
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
        ("winograd", ConvolutionProduct.Forward) => new(0.124, 10.2, 7.67, 22.6),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.127, 23.6, 18.9, 18.4),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.129, 0, 12.8, 20.9),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.113, 0, 0.331, 2.29),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.158, 0.303, 0.312, 0.738),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.0845, 0.533, 0, 2.34),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };

    // The same processor without AVX-512.
    private static ConvolutionSteps OfAvx2(string algorithm, ConvolutionProduct product) => (algorithm, product) switch
    {
        ("columns", ConvolutionProduct.Forward) => new(0.0995, 0.174, 0.124, 0.243),
        ("columns", ConvolutionProduct.WeightGradient) => new(0.11, 0.117, 0.0538, 0.573),
        ("columns", ConvolutionProduct.InputGradient) => new(0.0861, 0.158, 0.157, 0.244),
        ("interleaved", ConvolutionProduct.Forward) => new(0.0902, 1.42, 0.223, 0),
        ("interleaved", ConvolutionProduct.WeightGradient) => new(0.0891, 1.22, 0.139, 1),
        ("interleaved", ConvolutionProduct.InputGradient) => new(0.0883, 0.774, 0.322, 0),
        ("pointwise", ConvolutionProduct.Forward) => new(0.092, 0.0302, 0, 0.0211),
        ("pointwise", ConvolutionProduct.WeightGradient) => new(0.0868, 0.0502, 0.0374, 0.33),
        ("pointwise", ConvolutionProduct.InputGradient) => new(0.083, 0.00314, 0.0554, 0.0584),
        ("shifts", ConvolutionProduct.Forward) => new(0.104, 0.0449, 0.194, 0),
        ("shifts", ConvolutionProduct.WeightGradient) => new(0.0956, 0.105, 0.139, 3.22),
        ("shifts", ConvolutionProduct.InputGradient) => new(0.093, 0.197, 0.0536, 0),
        ("winograd", ConvolutionProduct.Forward) => new(0.147, 5.39, 13, 16.2),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.148, 31.7, 17.5, 13.9),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.11, 0, 16, 17.9),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.144, 0, 0.543, 0.179),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.138, 0.511, 0.417, 0.411),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.108, 0.713, 0, 1.34),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };
}
