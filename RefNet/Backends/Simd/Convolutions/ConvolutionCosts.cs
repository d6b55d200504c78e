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
        ("columns", ConvolutionProduct.Forward) => new(0.0931, 0.207, 0.0738, 0.182),
        ("columns", ConvolutionProduct.WeightGradient) => new(0.113, 0.141, 0.0447, 0.487),
        ("columns", ConvolutionProduct.InputGradient) => new(0.0961, 0.133, 0.156, 0.181),
        ("interleaved", ConvolutionProduct.Forward) => new(0.108, 1.36, 0.0391, 0),
        ("interleaved", ConvolutionProduct.WeightGradient) => new(0.103, 0.882, 0.0978, 2.38),
        ("interleaved", ConvolutionProduct.InputGradient) => new(0.0911, 0, 0.886, 0),
        ("shifts", ConvolutionProduct.Forward) => new(0.109, 0.0469, 0.19, 0),
        ("shifts", ConvolutionProduct.WeightGradient) => new(0.106, 0.112, 0.141, 3.44),
        ("shifts", ConvolutionProduct.InputGradient) => new(0.1, 0.183, 0.015, 0),
        ("winograd", ConvolutionProduct.Forward) => new(0.107, 17.4, 7.64, 22.6),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.195, 23.9, 22.3, 15),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.146, 0, 11.8, 23.6),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.109, 0, 0.378, 1.82),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.164, 0.16, 0.363, 1.21),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.08, 0.515, 0, 2.71),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };

    // The same processor without AVX-512.
    private static ConvolutionSteps OfAvx2(string algorithm, ConvolutionProduct product) => (algorithm, product) switch
    {
        ("columns", ConvolutionProduct.Forward) => new(0.0797, 0.165, 0.171, 0.314),
        ("columns", ConvolutionProduct.WeightGradient) => new(0.0941, 0.114, 0.0627, 0.571),
        ("columns", ConvolutionProduct.InputGradient) => new(0.0833, 0.152, 0.181, 0.242),
        ("interleaved", ConvolutionProduct.Forward) => new(0.0762, 1.78, 0.247, 0),
        ("interleaved", ConvolutionProduct.WeightGradient) => new(0.076, 1.45, 0.132, 2.44),
        ("interleaved", ConvolutionProduct.InputGradient) => new(0.0873, 1, 0.224, 0),
        ("shifts", ConvolutionProduct.Forward) => new(0.0879, 0.0611, 0.177, 0),
        ("shifts", ConvolutionProduct.WeightGradient) => new(0.0864, 0.0855, 0.167, 3.16),
        ("shifts", ConvolutionProduct.InputGradient) => new(0.0908, 0.21, 0.0422, 0),
        ("winograd", ConvolutionProduct.Forward) => new(0.103, 7.24, 10.7, 21.9),
        ("winograd", ConvolutionProduct.WeightGradient) => new(0.184, 19.3, 19.1, 10.7),
        ("winograd", ConvolutionProduct.InputGradient) => new(0.109, 0, 13.8, 21.6),
        ("winograd-rows", ConvolutionProduct.Forward) => new(0.1, 0.155, 0.544, 1.67),
        ("winograd-rows", ConvolutionProduct.WeightGradient) => new(0.12, 0.706, 0.356, 0.758),
        ("winograd-rows", ConvolutionProduct.InputGradient) => new(0.105, 0.706, 0, 1.83),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No cost was measured for this algorithm."),
    };
}
