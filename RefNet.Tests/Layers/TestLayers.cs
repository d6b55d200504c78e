using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

/// <summary>y = x; it counts the passes, as a student's layer might.</summary>
internal sealed class Counted : Layer<double>
{
    public int Forwards { get; private set; }

    public int Backwards { get; private set; }

    public override bool TreatsSamplesAlone => true;

    public override Shape OutputShape(Shape input) => input;

    protected override void Forward(Tensor<double> x, Tensor<double> y, Mode mode)
    {
        Forwards++;
        x.Values.CopyTo(y.Span);
    }

    protected override void Backward(Tensor<double> x, Tensor<double> y, Tensor<double> dY, Tensor<double>? dX)
    {
        Backwards++;
        if (dX is not null)
            dY.Values.CopyTo(dX.Span);
    }
}

/// <summary>y = a x; it does not ask whether it is frozen.</summary>
internal sealed class Careless : Layer<double>
{
    private readonly Parameter<double> a = new("a", new Shape(1), isWeight: true, start: 2);

    public Careless() => Parameters = [a];

    public override IReadOnlyList<Parameter<double>> Parameters { get; }

    public override Shape OutputShape(Shape input) => input;

    protected override void Forward(Tensor<double> x, Tensor<double> y, Mode mode)
    {
        for (int i = 0; i < x.Count; i++)
            y.Span[i] = a.Value[0] * x.Values[i];
    }

    protected override void Backward(Tensor<double> x, Tensor<double> y, Tensor<double> dY, Tensor<double>? dX)
    {
        for (int i = 0; i < x.Count; i++)
        {
            a.Gradient[0] += dY.Values[i] * x.Values[i];
            if (dX is not null)
                dX.Span[i] = a.Value[0] * dY.Values[i];
        }
    }
}
