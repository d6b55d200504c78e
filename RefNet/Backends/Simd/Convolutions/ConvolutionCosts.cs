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

    // AMD Zen 4, which computes 512 bits in two halves. It takes 0.8 % longer than with its fastest choices with one thread, 3.2 % with two; with a table of Zen 5,
    // where products cost two thirds of this, it takes 4.3 and 4.5 %.
    private static ConvolutionSteps OfAvx512(string algorithm, ConvolutionProduct product) => (algorithm, product) switch
    {
        ("columns", ConvolutionProduct.Forward) => new(0.318, 0.199, 0.119, 0.183),
        ("columns", ConvolutionProduct.WeightGradient) => new(0.342, 0.238, 0.00875, 0.533),
        ("columns", ConvolutionProduct.InputGradient) => new(0.304, 0.304, 0.289, 0.271),
        ("interleaved", ConvolutionProduct.Forward) => new(0.291, 0.121, 0.222, 0),
        ("interleaved", ConvolutionProduct.WeightGradient) => new(0.262, 0.172, 0.257, 3.47),
        ("interleaved", ConvolutionProduct.InputGradient) => new(0.271, 0, 0.33, 0),
        ("pointwise", ConvolutionProduct.Forward) => new(0.282, 0.0186, 0.0863, 0),
        ("pointwise", ConvolutionProduct.WeightGradient) => new(0.299, 0.12, 0, 0.375),
        ("pointwise", ConvolutionProduct.InputGradient) => new(0.284, 0.0435, 0.0567, 0.0326),
        ("shifts", ConvolutionProduct.Forward) => new(0.302, 0.134, 0.208, 0),
        ("shifts", ConvolutionProduct.WeightGradient) => new(0.308, 0.151, 0.21, 2.12),
        ("shifts", ConvolutionProduct.InputGradient) => new(0.304, 0.369, 0.0665, 0),
        ("winograd", ConvolutionProduct.Forward) => new(0.411, 9.98, 12.9, 5.37),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.506, 7.41, 15.5, 18),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.397, 4.52, 17.7, 7.4),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.317, 0.0232, 0.479, 0.599),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.305, 0.33, 0.382, 2.35),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.277, 1.17, 0, 0.811),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };

    // AMD Zen 4 without AVX-512. It takes 1.4 % longer than with its fastest choices with one thread, 2.9 % with two.
    private static ConvolutionSteps OfAvx2(string algorithm, ConvolutionProduct product) => (algorithm, product) switch
    {
        ("columns", ConvolutionProduct.Forward) => new(0.169, 0.216, 0.229, 0.243),
        ("columns", ConvolutionProduct.WeightGradient) => new(0.186, 0.24, 0.0592, 0.532),
        ("columns", ConvolutionProduct.InputGradient) => new(0.166, 0.348, 0.294, 0.375),
        ("interleaved", ConvolutionProduct.Forward) => new(0.159, 0.278, 0.364, 0),
        ("interleaved", ConvolutionProduct.WeightGradient) => new(0.195, 0.252, 0.187, 0),
        ("interleaved", ConvolutionProduct.InputGradient) => new(0.193, 0, 0, 0),
        ("pointwise", ConvolutionProduct.Forward) => new(0.164, 0.0167, 0, 0),
        ("pointwise", ConvolutionProduct.WeightGradient) => new(0.163, 0.0507, 0.0837, 0.415),
        ("pointwise", ConvolutionProduct.InputGradient) => new(0.159, 0, 0.0733, 0.247),
        ("shifts", ConvolutionProduct.Forward) => new(0.175, 0.183, 0.3, 0),
        ("shifts", ConvolutionProduct.WeightGradient) => new(0.19, 0.149, 0.23, 2.02),
        ("shifts", ConvolutionProduct.InputGradient) => new(0.185, 0.447, 0.105, 0),
        ("winograd", ConvolutionProduct.Forward) => new(0.216, 8.78, 19.3, 4),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.278, 11.5, 16.4, 26.3),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.235, 7.52, 19.4, 3.75),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.19, 0.0615, 0.747, 0.512),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.173, 0.354, 0.486, 2.42),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.189, 1.2, 0, 0.375),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };
}
