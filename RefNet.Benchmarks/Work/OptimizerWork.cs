using RefNet.Layers;
using RefNet.Optimizers;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Work;

/// <summary>A step of momentum with weight decay over one long parameter; the gradient is constant.</summary>
internal sealed class OptimizerWork : IWork
{
    private readonly Parameter<float> parameter;
    private readonly Momentum<float> optimizer;

    public OptimizerWork(int count)
    {
        parameter = new Parameter<float>("weight", new Shape(count), isWeight: true);
        Numbers.Fill(parameter.Value.Span, 1, 1);
        Numbers.Fill(parameter.Gradient.Span, 2, 1);
        optimizer = new Momentum<float>([parameter], learningRate: 0.01, momentum: 0.9, weightDecay: 0.0005);
    }

    public float[] Result => Numbers.Sample(parameter.Value);

    public void Run() => optimizer.Step();
}
