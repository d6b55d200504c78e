using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Verification;

/// <summary>y = f(x) of each element, with a slope that the test gives, right or wrong.</summary>
internal sealed class ElementwiseLayer(Func<double, double> f, Func<double, double> slope) : Layer<double>
{
    public override Shape OutputShape(Shape input) => input;

    protected override void Forward(Tensor<double> x, Tensor<double> y, Mode mode)
    {
        for (int i = 0; i < y.Count; i++)
            y.Span[i] = f(x.Values[i]);
    }

    protected override void Backward(Tensor<double> x, Tensor<double> y, Tensor<double> dY, Tensor<double>? dX)
    {
        for (int i = 0; i < dX?.Count; i++)
            dX.Span[i] = dY.Values[i] * slope(x.Values[i]);
    }
}
