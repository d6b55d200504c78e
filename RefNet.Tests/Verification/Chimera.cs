using RefNet.Layers;
using RefNet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RefNet.Tests.Verification;

/// <summary>The Forward of one layer with the Backward of another that has parameters of the same shapes.</summary>
/// <param name="front">Whose Forward, parameters and buffers it has.</param>
/// <param name="back">Whose Backward it has; it sees the same inputs and the same parameters.</param>
/// <param name="backMode">The mode in which the other layer runs; that of the first where null.</param>
internal sealed class Chimera(Layer<double> front, Layer<double> back, Mode? backMode = null) : Layer<double>
{
    public override IReadOnlyList<Parameter<double>> Parameters => front.Parameters;

    public override IReadOnlyList<Buffer<double>> Buffers => front.Buffers;

    public override Shape OutputShape(Shape input) => front.OutputShape(input);

    protected override void Forward(Tensor<double> x, Tensor<double> y, Mode mode)
    {
        foreach ((Parameter<double> mine, Parameter<double> theirs) in Parameters.Zip(back.Parameters))
            theirs.Value.CopyFrom(mine.Value.Values);
        back.Forward(x, backMode ?? mode);
        y.CopyFrom(front.Forward(x, mode).Values);
    }

    protected override void Backward(Tensor<double> x, Tensor<double> y, Tensor<double> dY, Tensor<double>? dX)
    {
        back.ClearGradients();
        Tensor<double> theirDX = back.Backward(dY);
        foreach ((Parameter<double> mine, Parameter<double> theirs) in Parameters.Zip(back.Parameters))
            TensorPrimitives.Add(mine.Gradient.Values, theirs.Gradient.Values, mine.Gradient.Span);
        dX?.CopyFrom(theirDX.Values);
    }
}
