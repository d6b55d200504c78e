using NUnit.Framework;
using RefNet.Data;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Regularizers;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Batches whose gradients are averaged for a step are one large batch.</summary>
[TestFixture]
public sealed class AccumulationTests
{
    private static readonly ImageSet Images = SyntheticData.Create(trainingImages: 90).Training;

    // 90 images: a step of 64 and one of 26, which are 16 + 10. Sums of some thousand terms in another order, a few steps long: 1e-12 is
    // 4500 roundings of numbers of size 1.
    [TestCase("mlp", false)]
    [TestCase("lenet5-modern", false)]
    [TestCase("lenet5-modern", true, Description = "threads share the samples of a batch")]
    public void T1_FourBatchesOf16AreOneOf64(string model, bool inSlices)
    {
        (double[] large, EpochProgress whole) = Train(model, batchSize: 64, batchesPerStep: 1, inSlices);
        (double[] small, EpochProgress parts) = Train(model, batchSize: 16, batchesPerStep: 4, inSlices);
        Assert.That(small, Is.EqualTo(large).Within(1e-12));
        Assert.That(parts.Images, Is.EqualTo(whole.Images));
        Assert.That(small, Is.Not.EqualTo(Train(model, batchSize: 16, batchesPerStep: 1, inSlices).Weights).Within(1e-6));
    }

    [Test]
    public void ARateIsTakenAtTheBeginningOfAStep()
    {
        List<double> times = [];
        Train("mlp", batchSize: 16, batchesPerStep: 4, inSlices: false, times.Add, epochs: 2);
        Assert.That(times, Is.EqualTo(new[] { 0, 4.0 / 6, 1, 1 + 4.0 / 6 }).Within(1e-15));
    }

    [Test]
    public void AStepNeedsABatch() => Assert.That(
        () => new Trainer<double>(MakeObjective("mlp"), new StochasticGradientDescent<double>([], 1)) { BatchesPerStep = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());

    private static (double[] Weights, EpochProgress End) Train(
        string model, int batchSize, int batchesPerStep, bool inSlices, Action<double>? atTime = null, int epochs = 1)
    {
        Objective<double> objective = MakeObjective(model);
        Momentum<double> optimizer = new(objective.Network.Parameters, learningRate: 0.05, weightDecay: 0.01);
        Trainer<double> trainer = new(objective, optimizer, inSlices ? () => MakeObjective(model) : null)
        {
            BatchesPerStep = batchesPerStep,
            Clipping = new GradientClipping<double>(objective.Network.Parameters, largestNorm: 0.5),
        };
        Batches<double> batches = new(Images, Architectures.Find(model).Scaling(), batchSize);
        EpochProgress end = default;
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            end = trainer.RunEpoch(batches, seed: 3, epoch, _ => { }, default, t =>
            {
                atTime?.Invoke(t);
                return 0.05;
            });
        }

        return ([.. objective.Network.Parameters.SelectMany(parameter => parameter.Value.Values.ToArray())], end);
    }

    private static Objective<double> MakeObjective(string model) =>
        new(Architectures.Find(model).Create<double>(seed: 1), () => new SoftmaxCrossEntropy<double>(labelSmoothing: 0.1), new L1Regularizer<double>(1e-4));
}
