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

    // AMD Zen 5; what winograd moves, on Zen 4. With this table Zen 4 takes 2.6 % longer than with its fastest choices, with a table of its own 2.0 %.
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
        ("winograd", ConvolutionProduct.Forward) => new(0.124, 7.1, 7.61, 13.9),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.127, 3.99, 16.3, 20.2),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.129, 0, 7.52, 15.1),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.113, 0, 0.331, 2.29),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.158, 0.303, 0.312, 0.738),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.0845, 0.533, 0, 2.34),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };

    // AMD Zen 4 without AVX-512.
    private static ConvolutionSteps OfAvx2(string algorithm, ConvolutionProduct product) => (algorithm, product) switch
    {
        ("columns", ConvolutionProduct.Forward) => new(0.0896, 0.143, 0.149, 0.294),
        ("columns", ConvolutionProduct.WeightGradient) => new(0.115, 0.112, 0.0386, 0.432),
        ("columns", ConvolutionProduct.InputGradient) => new(0.093, 0.22, 0.2, 0.729),
        ("interleaved", ConvolutionProduct.Forward) => new(0.0831, 0.229, 0.183, 0),
        ("interleaved", ConvolutionProduct.WeightGradient) => new(0.109, 0.0603, 0.137, 0),
        ("interleaved", ConvolutionProduct.InputGradient) => new(0.122, 0, 0, 0),
        ("pointwise", ConvolutionProduct.Forward) => new(0.0828, 0.122, 0.0143, 0.14),
        ("pointwise", ConvolutionProduct.WeightGradient) => new(0.0865, 0, 0.169, 0.499),
        ("pointwise", ConvolutionProduct.InputGradient) => new(0.0861, 0, 0.078, 0.23),
        ("shifts", ConvolutionProduct.Forward) => new(0.0977, 0.113, 0.166, 0),
        ("shifts", ConvolutionProduct.WeightGradient) => new(0.107, 0.122, 0.127, 1.2),
        ("shifts", ConvolutionProduct.InputGradient) => new(0.119, 0.319, 0, 0),
        ("winograd", ConvolutionProduct.Forward) => new(0.0981, 7.89, 11.8, 17.9),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.126, 6.35, 16.3, 20.8),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.154, 9.86, 4.58, 16.4),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.0947, 0.207, 0.371, 0.913),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.0965, 0.49, 0.364, 1.77),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.146, 0.7, 0, 0.336),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };
}
