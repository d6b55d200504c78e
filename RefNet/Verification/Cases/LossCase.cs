using System.Numerics;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>
/// A loss with a batch of outputs and targets: 1 at the class of each sample, or of each pixel, and 0 elsewhere; or numbers from
/// 0 to 1 where the outputs are not classes.
/// </summary>
internal sealed record LossCase(string Loss, int Batch, int Classes, int Pixels) : Case
{
    private bool HasClasses => Loss is nameof(MaximumAPosteriori<>) or nameof(MulticlassHinge<>) or nameof(PerceptronCriterion<>) or nameof(SoftmaxCrossEntropy<>);

    private Shape Shape => Pixels == 1 ? new Shape(Batch, Classes) : new Shape(Batch, Classes, 1, Pixels);

    public static LossCase Draw(Random random, string loss)
    {
        bool takesMaps = loss is nameof(SoftmaxCrossEntropy<>) or nameof(MeanSquaredError<>);
        return new(loss, random.Between(1, 4), random.Between(1, 6), takesMaps ? random.Between(1, 3) : 1) { Seed = random.Between(0, 1_000_000) };
    }

    public Loss<T> Create<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> => Loss switch
    {
        nameof(BinaryCrossEntropy<>) => new BinaryCrossEntropy<T>(),
        nameof(MaximumAPosteriori<>) => new MaximumAPosteriori<T>(j: 0.5),
        nameof(MeanAbsoluteError<>) => new MeanAbsoluteError<T>(),
        nameof(MeanSquaredError<>) => new MeanSquaredError<T>(),
        nameof(MulticlassHinge<>) => new MulticlassHinge<T>(),
        nameof(PerceptronCriterion<>) => new PerceptronCriterion<T>(),
        nameof(SmoothL1<>) => new SmoothL1<T>(beta: 0.5),
        nameof(SoftmaxCrossEntropy<>) when Seed % 2 == 0 => new SoftmaxCrossEntropy<T>(labelSmoothing: 0.1, classWeights: [.. Enumerable.Range(1, Classes).Select(c => 0.5 * c)]),
        nameof(SoftmaxCrossEntropy<>) => new SoftmaxCrossEntropy<T>(),
        nameof(WeightedSum<>) => new WeightedSum<T>((0.25, new MeanSquaredError<T>()), (2, new SmoothL1<T>())),
        _ => throw new ArgumentException($"Say in {nameof(LossCase)}.{nameof(Create)} how {Loss} is made."),
    };

    public Tensor<T> CreateOutputs<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> => LayerCase.RandomTensor<T>(Shape, Seeds.Create(Seed, 1));

    public Tensor<T> CreateTarget<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = Seeds.Create(Seed, 2);
        if (HasClasses)
            return new Targets<T>([.. Enumerable.Range(0, Batch * Pixels).Select(_ => random.Next(Classes))], Shape).Values;
        return new Tensor<T>(Shape, [.. Enumerable.Range(0, Shape.Count).Select(_ => T.CreateChecked(random.NextDouble()))]);
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
        if (Pixels > 1)
            yield return this with { Pixels = Pixels - 1 };
        if (Seed > 1)
            yield return this with { Seed = Seed % 2 }; // an odd seed stays odd: it selects the construction
    }

    public override string ToString() => $"{Construction} at {Batch} samples of {Classes} outputs{(Pixels > 1 ? $" at {Pixels} pixels" : "")}, seed {Seed}";

    private string Construction => Loss switch
    {
        nameof(MaximumAPosteriori<>) => "new MaximumAPosteriori<double>(j: 0.5)",
        nameof(SmoothL1<>) => "new SmoothL1<double>(beta: 0.5)",
        nameof(SoftmaxCrossEntropy<>) when Seed % 2 == 0 => $"new SoftmaxCrossEntropy<double>(labelSmoothing: 0.1, classWeights: [{string.Join(", ", Enumerable.Range(1, Classes).Select(c => RefNet.Layers.CSharp.Code(0.5 * c)))}])",
        nameof(WeightedSum<>) => "new WeightedSum<double>((0.25, new MeanSquaredError<double>()), (2, new SmoothL1<double>()))",
        _ => $"new {Loss}<double>()",
    };
}
