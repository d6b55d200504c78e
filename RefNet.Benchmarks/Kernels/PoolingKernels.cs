using BenchmarkDotNet.Attributes;
using RefNet.Benchmarks.Work;
using RefNet.Geometry;
using RefNet.Layers;

namespace RefNet.Benchmarks.Kernels;

/// <summary>Pooling, forward and backward, of 64 x 64 x 28 x 28.</summary>
public class PoolingKernels
{
    private IWork average = null!, max = null!;

    /// <summary>The size of the window; the stride is 2.</summary>
    [Params(2, 3)]
    public int Window { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        PoolingGeometry geometry = PoolingGeometry.Square(Window, stride: 2) with { Rounding = Rounding.Floor };
        average = new LayerWork(new AveragePooling2D<float>(geometry), [64, 64, 28, 28]);
        max = new LayerWork(new MaxPooling2D<float>(geometry), [64, 64, 28, 28]);
    }

    [Benchmark]
    public void Average() => average.Run();

    [Benchmark]
    public void Max() => max.Run();
}
