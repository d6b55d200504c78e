using BenchmarkDotNet.Attributes;
using RefNet.Backends;
using RefNet.Backends.Simd;
using RefNet.Benchmarks.Work;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Kernels;

/// <summary>The three products of a convolution by each algorithm, and by the one that the cost model chooses.</summary>
public class ConvolutionKernels
{
    private Tensor<float> x = null!, w = null!, y = null!, dX = null!, dW = null!;
    private IConvolution<float> convolution = null!;

    /// <summary>An algorithm, and a layer: batch, channels in and out, extent of the images, kernel, stride, padding.</summary>
    [ParamsSource(nameof(Cases))]
    public string Case { get; set; } = "";

    // Interleaving supports only stride 1.
    public static IEnumerable<string> Cases =>
        from layer in new[] { "64 6-16 14 k5 s1 p0", "1 64-64 56 k3 s1 p1", "1 64-128 56 k3 s2 p1", "8 512-512 7 k3 s1 p1", "1 256-64 56 k1 s1 p0" }
        from way in new[] { "columns", "shifts", "interleaved", "chosen without Winograd", "chosen" }
        where way != "interleaved" || layer.Contains("s1")
        select $"{way}: {layer}";

    [GlobalSetup]
    public void Setup()
    {
        string[] wayAndLayer = Case.Split(": ");
        int[] n = [.. wayAndLayer[1].Split(' ', '-').Select(word => int.Parse(word.TrimStart('k', 's', 'p')))];
        ConvolutionGeometry geometry = ConvolutionGeometry.Square(n[4], n[5], n[6]) with { Rounding = Rounding.Floor };
        GemmKernel<float> kernel = SimdGemm<float>.BestKernel();
        convolution = wayAndLayer[0] switch
        {
            "columns" => new ColumnConvolution<float>(geometry, 1, new SimdGemm<float>()),
            "shifts" => new ShiftedConvolution<float>(geometry, 1, kernel),
            "interleaved" => new InterleavedConvolution<float>(geometry, kernel),
            "chosen" => new SimdGemm<float>().Convolution(geometry, 1),
            _ => new SimdGemm<float> { UseWinograd = false }.Convolution(geometry, 1),
        };
        (int rows, int columns) = geometry.Output(n[3], n[3]);
        (x, w, y) = (Numbers.Tensor(1, 1, n[0], n[1], n[3], n[3]), Numbers.Tensor(2, 1, n[2], n[1], n[4], n[4]), Numbers.Tensor(3, 1, n[0], n[2], rows, columns));
        (dX, dW) = (new Tensor<float>(x.Shape), new Tensor<float>(w.Shape));
    }

    [Benchmark]
    public void Forward() => convolution.Forward(x, w, null, y);

    [Benchmark]
    public void WeightGradient() => convolution.AddWeightGradient(x, y, dW);

    [Benchmark]
    public void InputGradient() => convolution.InputGradient(w, y, dX);
}
