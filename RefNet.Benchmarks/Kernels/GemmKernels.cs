using BenchmarkDotNet.Attributes;
using RefNet.Benchmarks.Work;

namespace RefNet.Benchmarks.Kernels;

/// <summary>C = A B of square matrices, and with either operand transposed.</summary>
public class GemmKernels
{
    private IWork product = null!, transposedLeft = null!, transposedRight = null!;

    [Params(16, 64, 256, 1024)]
    public int N { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        product = new GemmWork("refnet", 0, [N, N, N], transposeA: false, transposeB: false);
        transposedLeft = new GemmWork("refnet", 0, [N, N, N], transposeA: true, transposeB: false);
        transposedRight = new GemmWork("refnet", 0, [N, N, N], transposeA: false, transposeB: true);
    }

    [Benchmark]
    public void Multiply() => product.Run();

    [Benchmark]
    public void MultiplyTransposedLeft() => transposedLeft.Run();

    [Benchmark]
    public void MultiplyTransposedRight() => transposedRight.Run();
}
