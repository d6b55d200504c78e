using RefNet.Backends.Simd;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Work;

/// <summary>A function of each of many numbers between -4 and 4, in runs that threads share.</summary>
internal sealed class FunctionWork(string function, int count) : IWork
{
    private const int RunLength = 4096;

    private readonly Tensor<float> x = Numbers.Tensor(1, 8, count), y = new(new Shape(count));

    public float[] Result => Numbers.Sample(y);

    public void Run() => ParallelLoop.For((x.Count + RunLength - 1) / RunLength, this, static (run, work) => work.Apply(run * RunLength));

    private void Apply(int start)
    {
        int length = Math.Min(RunLength, x.Count - start);
        ReadOnlySpan<float> from = x.Values.Slice(start, length);
        Span<float> to = y.Span.Slice(start, length);
        if (function == "tanh")
            VectorMath.Tanh(from, to);
        else if (function == "exp")
            VectorMath.Exp(from, to);
        else
            VectorMath.Sigmoid(from, to);
    }
}
