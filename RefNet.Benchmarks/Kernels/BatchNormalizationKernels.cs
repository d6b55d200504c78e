using BenchmarkDotNet.Attributes;
using RefNet.Benchmarks.Work;
using RefNet.Layers;

namespace RefNet.Benchmarks.Kernels;

/// <summary>Batch normalisation of 64 channels, forward and backward.</summary>
public class BatchNormalizationKernels
{
    private IWork work = null!;

    [Params(8, 64)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup() => work = new LayerWork(new BatchNormalization<float>(64), [Batch, 64, 56, 56]);

    [Benchmark]
    public void ForwardAndBackward() => work.Run();
}
