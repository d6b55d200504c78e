using RefNet.Layers;
using RefNet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RefNet.Tests.Verification;

/// <summary>A layer whose Backward is spoilt: the change sees dY, and edits dX and what Backward adds to each gradient.</summary>
internal sealed class Saboteur(Layer<double> layer, Saboteur.Change change) : Layer<double>
{
    public delegate void Change(Tensor<double> dY, Tensor<double> dX, Tensor<double>[] added);

    /// <summary>The parameter whose gradient is overwritten instead of added to; none where null.</summary>
    public int? Overwritten { get; init; }

    public override IReadOnlyList<Parameter<double>> Parameters => layer.Parameters;

    public override IReadOnlyList<Buffer<double>> Buffers => layer.Buffers;

    public override Shape OutputShape(Shape input) => layer.OutputShape(input);

    protected override void Forward(Tensor<double> x, Tensor<double> y, Mode mode)
    {
        if (layer.IsFrozen != IsFrozen)
            layer.IsFrozen = IsFrozen;
        y.CopyFrom(layer.Forward(x, mode).Values);
    }

    protected override void Backward(Tensor<double> x, Tensor<double> y, Tensor<double> dY, Tensor<double>? dX)
    {
        Tensor<double>[] before = [.. Parameters.Select(parameter => parameter.Gradient.Clone())];
        foreach (Parameter<double> parameter in Parameters)
            parameter.ClearGradient();
        Tensor<double> spoilt = layer.Backward(dY).Clone();
        change(dY, spoilt, [.. Parameters.Select(parameter => parameter.Gradient)]);
        for (int i = 0; i < before.Length; i++)
        {
            if (i != Overwritten)
                TensorPrimitives.Add(Parameters[i].Gradient.Values, before[i].Values, Parameters[i].Gradient.Span);
        }

        dX?.CopyFrom(spoilt.Values);
    }
}
