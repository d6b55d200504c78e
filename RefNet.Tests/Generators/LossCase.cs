using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Generators;

/// <summary>A loss with a batch of outputs and targets: one row a sample, 1 at its class and 0 elsewhere.</summary>
public sealed record LossCase(string Loss, int Batch, int Classes, int Seed)
{
    /// <summary>Configurations of a loss, by the name of its type.</summary>
    public static Gen<LossCase> Generator(string loss) =>
        from batch in Gen.Choose(1, 4)
        from classes in Gen.Choose(1, 6)
        from seed in Gen.Choose(0, 1_000_000)
        select new LossCase(loss, batch, classes, seed);

    /// <summary>Simpler configurations that may show the same failure.</summary>
    public IEnumerable<LossCase> Shrink()
    {
        if (Batch > 1)
            yield return this with { Batch = Batch - 1 };
        if (Classes > 1)
            yield return this with { Classes = Classes - 1 };
        if (Seed > 0)
            yield return this with { Seed = 0 };
    }

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
}
