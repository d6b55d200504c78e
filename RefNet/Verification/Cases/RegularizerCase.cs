using System.Numerics;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Regularizers;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Verification.Cases;

/// <summary>A regulariser with a matrix of weights, some of which are 0 where <paramref name="WithZeros"/> says so, and a bias.</summary>
internal sealed record RegularizerCase(string Regularizer, int Rows, int Columns, double Lambda, bool WithZeros) : Case
{
    public static RegularizerCase Draw(Random random, string regularizer) =>
        new(regularizer, random.Between(1, 6), random.Between(1, 6), random.OneOf(0.001, 0.01, 0.1, 2), random.Between(1, 4) == 1) { Seed = random.Between(0, 1_000_000) };

    public Regularizer<T> Create<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> => Regularizer switch
    {
        nameof(ElasticNet<>) => new ElasticNet<T>(Lambda, Lambda / 2),
        nameof(L1Regularizer<>) => new L1Regularizer<T>(Lambda),
        nameof(L2Regularizer<>) => new L2Regularizer<T>(Lambda),
        _ => throw new ArgumentException($"Say in {nameof(RegularizerCase)}.{nameof(Create)} how {Regularizer} is made."),
    };

    /// <summary>A matrix of weights and a bias, which no penalty must touch.</summary>
    public Parameter<T>[] CreateParameters<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Parameter<T> weight = new("weight", new Shape(Rows, Columns), isWeight: true);
        Parameter<T> bias = new("bias", new Shape(Rows), isWeight: false);
        Random random = Seeds.Create(Seed, 1);
        foreach (Parameter<T> parameter in new[] { weight, bias })
            parameter.Value.CopyFrom(LayerCase.RandomTensor<T>(parameter.Value.Shape, random).Span);
        for (int i = 0; WithZeros && i + 4 <= weight.Value.Count; i += 4)
            weight.Value.Span[i] = T.Zero;
        return [weight, bias];
    }

    public override GradientReport Check() => GradientCheck.Run(Create<double>(), CreateParameters<double>(), Seed);

    public override IEnumerable<RegularizerCase> Shrink()
    {
        if (WithZeros)
            yield return this with { WithZeros = false };
        foreach (int[] shape in Draws.Smaller([Rows, Columns]))
            yield return this with { Rows = shape[0], Columns = shape[1] };
        if (Seed > 0)
            yield return this with { Seed = 0 };
    }

    public override string ToString() => Invariant(
        $"new {Regularizer}<double>({Lambda}{(Regularizer == nameof(ElasticNet<>) ? Invariant($", {Lambda / 2}") : "")}) at {Rows}x{Columns} weights{(WithZeros ? ", some 0" : "")}, seed {Seed}");
}
