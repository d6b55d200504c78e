using System.Numerics;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>A loss with a batch of outputs and targets: one row a sample, 1 at its class and 0 elsewhere.</summary>
internal sealed record LossCase(string Loss, int Batch, int Classes) : Case
{
    public static LossCase Draw(Random random, string loss) =>
        new(loss, random.Between(1, 4), random.Between(1, 6)) { Seed = random.Between(0, 1_000_000) };

    public Loss<T> Create<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> => Loss switch
    {
        nameof(MaximumAPosteriori<>) => new MaximumAPosteriori<T>(j: 0.5),
        nameof(MeanSquaredError<>) => new MeanSquaredError<T>(),
        nameof(MulticlassHinge<>) => new MulticlassHinge<T>(),
        nameof(PerceptronCriterion<>) => new PerceptronCriterion<T>(),
        nameof(SoftmaxCrossEntropy<>) => new SoftmaxCrossEntropy<T>(),
        _ => throw new ArgumentException($"Say in {nameof(LossCase)}.{nameof(Create)} how {Loss} is made."),
    };

    public Tensor<T> CreateOutputs<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LayerCase.RandomTensor<T>(new Shape(Batch, Classes), Seeds.Create(Seed, 1));

    public Tensor<T> CreateTarget<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = Seeds.Create(Seed, 2);
        Tensor<T> target = new(new Shape(Batch, Classes));
        for (int n = 0; n < Batch; n++)
            target[n, random.Next(Classes)] = T.One;
        return target;
    }

    public override GradientReport Check()
    {
        Loss<double> loss = Create<double>();
        loss.Backend = Backend;
        return GradientCheck.Run(loss, CreateOutputs<double>(), CreateTarget<double>(), Seed);
    }

    public override IEnumerable<LossCase> Shrink()
    {
        if (Batch > 1)
            yield return this with { Batch = Batch - 1 };
        if (Classes > 1)
            yield return this with { Classes = Classes - 1 };
        if (Seed > 0)
            yield return this with { Seed = 0 };
    }

    public override string ToString() =>
        $"new {Loss}<double>({(Loss == nameof(MaximumAPosteriori<>) ? "j: 0.5" : "")}) at {Batch} samples of {Classes} classes, seed {Seed}";
}
