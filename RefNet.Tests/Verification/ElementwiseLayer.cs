using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Verification;

/// <summary>y = f(x) of each element, with a slope that the test gives, right or wrong.</summary>
internal sealed class ElementwiseLayer(Func<double, double> f, Func<double, double> slope) : Layer<double>
{
    private Tensor<double>? x;

    public override Shape OutputShape(Shape input) => input;

    public override Tensor<double> Forward(Tensor<double> x, Mode mode)
    {
        Tensor<double> y = OutputFor(x);
        this.x = x;
        for (int i = 0; i < y.Count; i++)
            y.Span[i] = f(x.Span[i]);
        return y;
    }

    public override Tensor<double> Backward(Tensor<double> dY)
    {
        Tensor<double> dX = InputGradientFor(dY);
        for (int i = 0; i < dX.Count; i++)
            dX.Span[i] = dY.Span[i] * slope(x!.Span[i]);
        return dX;
    }
}
