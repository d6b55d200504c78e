using RefNet.Blocks;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Work;

/// <summary>A forward pass of a network in evaluation mode.</summary>
/// <param name="name">An architecture.</param>
/// <param name="extents">Images, and the three extents of one.</param>
internal sealed class EvaluationWork(string name, int[] extents) : IWork
{
    private readonly Network<float> network = FilledNetwork.Create(name);
    private readonly Tensor<float> x = Numbers.Tensor(1, 2, extents);
    private Tensor<float>? y;

    public float[] Result => Numbers.Sample(y!);

    public void Run() => y = network.Predict(x);
}
