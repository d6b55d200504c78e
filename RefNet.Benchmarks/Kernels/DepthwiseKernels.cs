using BenchmarkDotNet.Attributes;
using RefNet.Backends;
using RefNet.Backends.Simd;
using RefNet.Benchmarks.Work;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Kernels;

/// <summary>Depthwise 3x3 convolution: layers of MobileNet.</summary>
public class DepthwiseKernels
{
    private Tensor<float> x = null!, w = null!, y = null!, dX = null!, dW = null!;
    private IConvolution<float> convolution = null!;

    [Params(32, 128, 512)]
    public int Channels { get; set; }

    [Params(1, 2)]
    public int Stride { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        ConvolutionGeometry geometry = ConvolutionGeometry.Square(3, Stride, 1) with { Rounding = Rounding.Floor };
        int extent = 112 * 32 / Channels * (Channels == 32 ? 1 : 2); // 112, 56, 14
        (int rows, int columns) = geometry.Output(extent, extent);
        convolution = new SimdGemm<float>().Convolution(geometry, Channels);
        (x, w, y) = (Numbers.Tensor(1, 1, 1, Channels, extent, extent), Numbers.Tensor(2, 1, Channels, 1, 3, 3), Numbers.Tensor(3, 1, 1, Channels, rows, columns));
        (dX, dW) = (new Tensor<float>(x.Shape), new Tensor<float>(w.Shape));
    }

    [Benchmark]
    public void Forward() => convolution.Forward(x, w, null, y);

    [Benchmark]
    public void WeightGradient() => convolution.AddWeightGradient(x, y, dW);

    [Benchmark]
    public void InputGradient() => convolution.InputGradient(w, y, dX);
}
