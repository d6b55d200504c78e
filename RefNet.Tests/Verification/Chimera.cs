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

    public override Tensor<double> Forward(Tensor<double> x, Mode mode)
    {
        foreach ((Parameter<double> mine, Parameter<double> theirs) in Parameters.Zip(back.Parameters))
            theirs.Value.CopyFrom(mine.Value.Span);
        back.Forward(x, backMode ?? mode);
        return front.Forward(x, mode);
    }

    public override Tensor<double> Backward(Tensor<double> dY)
    {
        foreach (Parameter<double> parameter in back.Parameters)
            parameter.ClearGradient();
        Tensor<double> dX = back.Backward(dY);
        foreach ((Parameter<double> mine, Parameter<double> theirs) in Parameters.Zip(back.Parameters))
            TensorPrimitives.Add(mine.Gradient.Span, theirs.Gradient.Span, mine.Gradient.Span);
        return dX;
    }
}
