using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Models;

/// <summary>
/// Every architecture learns ten images by heart (LECTURES T14): what cannot do that has a gradient that does not reach its weights.
/// Large ones in their narrow form.
/// </summary>
[TestFixture]
public sealed class TenImagesByHeartTests
{
    private const int Images = 10;
    private const int MostSteps = 500;
    private const int StepsBetweenLooks = 20;

    private static readonly double[] rates = [0.003, 0.001];

    // Those that classify images; members of a family can be the same network when they are narrow.
    public static IEnumerable<string> Names =>
        Architectures.All.Where(architecture => architecture.CreateLoss<float>() is ClassificationLoss<float>).DistinctBy(architecture => $"{architecture.CreateNarrow<float>(seed: 0)}").Select(architecture => architecture.Name);

    [TestCaseSource(nameof(Names))]
    public void T14_TenImagesAreLearntByHeart(string name)
    {
        Architecture architecture = Architectures.Find(name);
        double[] losses = [.. rates.Select(rate => LossWhenLearnt(architecture, rate)).TakeWhile(loss => loss > 0)];
        Assert.That(losses, Has.Length.LessThan(rates.Length), $"{name} has not learnt ten images in {MostSteps} steps at any rate; the losses are {string.Join(", ", losses)}");
    }

    // 0 when every image, or pixel, is right.
    private static double LossWhenLearnt(Architecture architecture, double rate)
    {
        Network<float> network = architecture.CreateNarrow<float>(seed: 1, widening: architecture is DeconvNet ? 4 : 2);
        if (architecture is AlexNet or ZfNet)
            Strengthen(network);
        Tensor<float> x = LayerCase.RandomTensor<float>(network.InputShape.Batch(Images), Seeds.Create(1));
        Targets<float> target = Target(network.OutputShape(network.InputShape).Batch(Images));
        Objective<float> objective = new(network, architecture.CreateLoss<float>);
        Adam<float> optimizer = new(network.Parameters, rate);
        Tensor<float> Scores() => architecture is DeconvNet ? network.Forward(x, Mode.Train) : network.Predict(x); // its many averages of batches still lag behind
        for (int step = 1; step <= MostSteps; step++)
        {
            objective.ComputeGradients(x, target);
            optimizer.Step();
            if (step % StepsBetweenLooks == 0 && objective.Loss.CountErrors(Scores(), target) == 0)
                return 0;
        }

        return objective.Loss.Forward(Scores(), target);
    }

    // Weights drawn with a deviation of 0.01 suit the 4,096 inputs of a full-size layer; with few inputs the signal vanishes. He's
    // deviation is √(2 / inputs).
    private static void Strengthen(Network<float> network)
    {
        foreach (Parameter<float> weight in network.Parameters.Where(parameter => parameter.IsWeight))
        {
            float factor = MathF.Sqrt(2f * weight.Shape[0] / weight.Count) / 0.01f;
            foreach (ref float value in weight.Value.Span)
                value *= factor;
        }
    }

    // The classes in turn, one for all pixels of an image.
    private static Targets<float> Target(Shape outputs)
    {
        int pixels = outputs.Count / (outputs[0] * outputs[1]);
        return new Targets<float>([.. Enumerable.Range(0, Images * pixels).Select(i => i / pixels % outputs[1])], outputs);
    }
}
