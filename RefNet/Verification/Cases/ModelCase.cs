using MathNet.Numerics.Distributions;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>A whole network, narrow where the architecture is large, with its loss in a training step on two images; some entries of each tensor are checked.</summary>
internal sealed record ModelCase(Architecture Architecture) : Case
{
    private const int Samples = 2;
    private const int MostEntriesPerTensor = 12;
    private const int Entries = 200; // in total, so that deep networks take seconds
    private const int Inputs = 5; // attempts where kinks hide a gradient

    public override GradientReport Check()
    {
        Network<double> network = Architecture.CreateNarrow<double>(Seed);
        // Away from the initial weights and biases: at zero all scores tie.
        Random random = Seeds.Create(Seed, 1);
        foreach (Parameter<double> parameter in network.Parameters)
        {
            foreach (ref double value in parameter.Value.Span)
                value += Normal.Sample(random, 0, 0.01);
        }

        network.To(Backend);
        Loss<double> loss = Architecture.CreateLoss<double>();
        loss.Backend = Backend;
        Shape outputs = network.OutputShape(network.InputShape).Batch(Samples);
        int entries = Math.Clamp(Entries / network.Parameters.Count, 1, MostEntriesPerTensor);
        GradientReport Report() =>
            GradientCheck.Run(network, loss, LayerCase.RandomTensor<double>(network.InputShape.Batch(Samples), random), Target(loss, outputs, random), Mode.Train, Seed, entries);

        // A kink of one ReLU inside a network is a kink of every weight before it.
        GradientReport report = Report();
        for (int tried = 1; tried < Inputs && report.LiesAtKinks; tried++)
            report = Report();
        return report;
    }

    // A class per sample or pixel, or real numbers.
    private static Targets<double> Target(Loss<double> loss, Shape outputs, Random random)
    {
        if (loss is not ClassificationLoss<double>)
            return LayerCase.RandomTensor<double>(outputs, random);
        int labels = outputs.Count / outputs[1];
        return new Targets<double>([.. Enumerable.Range(0, labels).Select(_ => random.Next(outputs[1]))], outputs);
    }

    public override IEnumerable<ModelCase> Shrink() => Seed > 0 ? [this with { Seed = 0 }] : [];

    public override string ToString() => $"Architectures.Find(\"{Architecture.Name}\").CreateNarrow<double>(seed: {Seed}) at {Samples} samples, Mode.Train";
}
