using BenchmarkDotNet.Attributes;
using RefNet.Benchmarks.Work;

namespace RefNet.Benchmarks.Kernels;

/// <summary>Functions of many numbers: enough to fill the first-level cache, and a million.</summary>
public class FunctionKernels
{
    private IWork tanh = null!, exp = null!, sigmoid = null!;

    [Params(4096, 1 << 20)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup() =>
        (tanh, exp, sigmoid) = (new FunctionWork("tanh", Count), new FunctionWork("exp", Count), new FunctionWork("sigmoid", Count));

    [Benchmark]
    public void Tanh() => tanh.Run();

    [Benchmark]
    public void Exp() => exp.Run();

    [Benchmark]
    public void Sigmoid() => sigmoid.Run();
}
