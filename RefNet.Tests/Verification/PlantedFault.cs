using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Verification;

/// <summary>y = a x, with a parameter a, a buffer that counts training passes, and room for a mistake in each function.</summary>
internal sealed class PlantedFault : Layer<double>
{
    private readonly Buffer<double> count = new("count", new Shape(1));

    public Parameter<double> A { get; } = new("a", new Shape(1), isWeight: true, start: 2);

    public Buffer<double> Count => count;

    /// <summary>What Forward does beside its work.</summary>
    public Action<PlantedFault, Tensor<double>, Tensor<double>, Mode>? InForward { get; init; }

    /// <summary>What Backward does beside its work; it sees dY and dX.</summary>
    public Action<PlantedFault, Tensor<double>, Tensor<double>?>? InBackward { get; init; }

    /// <summary>The shape that it claims; that of the input where null.</summary>
    public Func<Shape, Shape>? Claims { get; init; }

    /// <summary>The element of y that Forward leaves as it was.</summary>
    public int? UnwrittenY { get; init; }

    /// <summary>The element of dX that Backward leaves as it was.</summary>
    public int? UnwrittenDX { get; init; }

    /// <summary>Whether Forward adds to y.</summary>
    public bool AddsToY { get; init; }

    /// <summary>Whether Backward adds to dX.</summary>
    public bool AddsToDX { get; init; }

    /// <summary>Whether Backward sets the gradient of a.</summary>
    public bool OverwritesGradient { get; init; }

    public bool ClaimsToTreatSamplesAlone { get; init; }

    /// <summary>What it claims to read in Backward; it reads x.</summary>
    public BackwardReads ClaimsToRead { get; init; } = BackwardReads.Both;

    /// <summary>Whether Backward reads y as well.</summary>
    public bool ReadsY { get; init; }

    public override bool TreatsSamplesAlone => ClaimsToTreatSamplesAlone;

    public override BackwardReads BackwardReads => ClaimsToRead;

    public override IReadOnlyList<Parameter<double>> Parameters => [A];

    public override IReadOnlyList<Buffer<double>> Buffers => [count];

    public override Shape OutputShape(Shape input) => Claims?.Invoke(input) ?? input;

    protected override void Forward(Tensor<double> x, Tensor<double> y, Mode mode)
    {
        if (mode == Mode.Train)
            count.Value[0]++;
        for (int i = 0; i < x.Count; i++)
        {
            if (i != UnwrittenY)
                y.Span[i] = A.Value[0] * x.Values[i] + (AddsToY ? y.Values[i] : 0);
        }

        InForward?.Invoke(this, x, y, mode);
    }

    protected override void Backward(Tensor<double> x, Tensor<double> y, Tensor<double> dY, Tensor<double>? dX)
    {
        if (OverwritesGradient)
            A.ClearGradient();
        for (int i = 0; i < x.Count; i++)
        {
            if (!IsFrozen)
                A.Gradient[0] += dY.Values[i] * x.Values[i] + (ReadsY ? 0 * y.Values[i] : 0);
            if (dX is not null && i != UnwrittenDX)
                dX.Span[i] = A.Value[0] * dY.Values[i] + (AddsToDX ? dX.Values[i] : 0);
        }

        InBackward?.Invoke(this, dY, dX);
    }
}
