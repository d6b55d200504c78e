using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Work;

/// <summary>Softmax and cross-entropy of a batch of scores, and their gradient.</summary>
internal sealed class LossWork : IWork
{
    private readonly SoftmaxCrossEntropy<float> loss = new();
    private readonly Tensor<float> y, targets;
    private Tensor<float>? dY;

    public LossWork(int batch, int classes)
    {
        y = Numbers.Tensor(1, 8, batch, classes);
        targets = new Tensor<float>(new Shape(batch, classes));
        for (int n = 0; n < batch; n++)
            targets[n, Numbers.Whole(n, 2, classes)] = 1;
    }

    public float[] Result => Numbers.Sample(dY!);

    public void Run()
    {
        loss.Forward(y, targets);
        dY = loss.Backward();
    }
}
