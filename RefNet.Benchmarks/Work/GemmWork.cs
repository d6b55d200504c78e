using RefNet.Backends.Simd;
using RefNet.Benchmarks.Peers;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Work;

/// <summary>C = A B by RefNet, OpenBLAS or Math.NET.</summary>
internal sealed unsafe class GemmWork : IWork
{
    private readonly bool transposeA, transposeB;
    private readonly Tensor<float> a, b, c;
    private readonly IGemm<float>? gemm;
    private readonly OpenBlas? openBlas;

    public GemmWork(string backend, int threads, int[] extents, bool transposeA, bool transposeB)
    {
        (int m, int n, int k) = (extents[0], extents[1], extents[2]);
        (this.transposeA, this.transposeB) = (transposeA, transposeB);
        a = transposeA ? Numbers.Tensor(1, 1, k, m) : Numbers.Tensor(1, 1, m, k);
        b = transposeB ? Numbers.Tensor(2, 1, n, k) : Numbers.Tensor(2, 1, k, n);
        c = new Tensor<float>(new Shape(m, n));
        gemm = backend switch
        {
            "refnet" => new SimdGemm<float>(),
            "mathnet" => new MathNetGemm<float>(),
            "openblas" => null,
            _ => throw new ArgumentException($"Expected refnet, mathnet or openblas; found {backend}.", nameof(backend)),
        };
        if (gemm is null)
        {
            openBlas = OpenBlas.TryLoad(out string reason) ?? throw new InvalidOperationException(reason);
            openBlas.Threads = threads;
        }
    }

    public float[] Result => Numbers.Sample(c);

    public void Run()
    {
        Matrix<float> left = transposeA ? a.AsMatrix().Transposed : a.AsMatrix();
        Matrix<float> right = transposeB ? b.AsMatrix().Transposed : b.AsMatrix();
        if (gemm is not null)
        {
            gemm.Multiply(left, right, c.AsMatrix());
            return;
        }

        fixed (float* pa = a.Span, pb = b.Span, pc = c.Span)
            openBlas!.Multiply(left.Rows, right.Columns, left.Columns, transposeA, pa, transposeB, pb, pc);
    }
}
