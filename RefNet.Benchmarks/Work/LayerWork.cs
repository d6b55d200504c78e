using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Work;

/// <summary>Forward and backward of one layer.</summary>
internal sealed class LayerWork : IWork
{
    private readonly Layer<float> layer;
    private readonly Tensor<float> x, dY;
    private Tensor<float>? y, dX;

    public LayerWork(Layer<float> layer, int[] extents)
    {
        this.layer = layer;
        x = Numbers.Tensor(1, 1, extents);
        int[] output = layer.OutputShape(x.Shape.Sample).Batch(extents[0]).ToArray();
        dY = Numbers.Tensor(2, 1, output);
    }

    public float[] Result => Numbers.Sample([y!, dX!]);

    public void Run()
    {
        foreach (Parameter<float> parameter in layer.Parameters)
            parameter.ClearGradient();
        y = layer.Forward(x, Mode.Train);
        dX = layer.Backward(dY);
    }
}
