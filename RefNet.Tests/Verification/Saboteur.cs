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

    public override Tensor<double> Forward(Tensor<double> x, Mode mode) => layer.Forward(x, mode);

    public override Tensor<double> Backward(Tensor<double> dY)
    {
        Tensor<double>[] before = [.. Parameters.Select(parameter => parameter.Gradient.Clone())];
        foreach (Parameter<double> parameter in Parameters)
            parameter.ClearGradient();
        Tensor<double> dX = layer.Backward(dY).Clone();
        change(dY, dX, [.. Parameters.Select(parameter => parameter.Gradient)]);
        for (int i = 0; i < before.Length; i++)
        {
            if (i != Overwritten)
                TensorPrimitives.Add(Parameters[i].Gradient.Span, before[i].Span, Parameters[i].Gradient.Span);
        }

        return dX;
    }
}
