using RefNet.Benchmarks.Work;
using TorchSharp;
using static TorchSharp.torch;

namespace RefNet.Peers;

/// <summary>A work of LibTorch. Tensors that it makes are given back at its end.</summary>
/// <param name="run">Does it once.</param>
/// <param name="result">What is compared, from what that gave.</param>
internal sealed class TorchWork(Func<Tensor[]> run, Func<Tensor[], float[]> result) : IWork
{
    public TorchWork(Func<Tensor[]> run) : this(run, results => Layout.Sample(results)) { }

    public float[] Result { get; private set; } = [];

    public void Run()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] results = run();
        if (Result.Length == 0)
            Result = result(results);
    }
}
