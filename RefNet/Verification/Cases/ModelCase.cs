using MathNet.Numerics.Distributions;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>A whole network, narrow where the architecture is large, with its loss in a training step on two images; some entries of each tensor.</summary>
internal sealed record ModelCase(Architecture Architecture) : Case
{
    private const int Samples = 2;
    private const int EntriesPerTensor = 12;

    public override GradientReport Check()
    {
        Network<double> network = Architecture.CreateNarrow<double>(Seed);
        // Away from where weights and biases start: at zero all scores tie.
        Random random = Seeds.Create(Seed, 1);
        foreach (Parameter<double> parameter in network.Parameters)
        {
            foreach (ref double value in parameter.Value.Span)
                value += Normal.Sample(random, 0, 0.01);
        }

        network.To(Backend);
        ClassificationLoss<double> loss = Architecture.CreateLoss<double>();
        loss.Backend = Backend;
        Tensor<double> x = LayerCase.RandomTensor<double>(network.InputShape.Batch(Samples), random);
        Tensor<double> target = new(network.OutputShape(network.InputShape).Batch(Samples));
        for (int n = 0; n < Samples; n++)
            target[n, random.Next(target.Shape[1])] = 1;
        return GradientCheck.Run(network, loss, x, target, Mode.Train, Seed, EntriesPerTensor);
    }

    public override IEnumerable<ModelCase> Shrink() => Seed > 0 ? [this with { Seed = 0 }] : [];

    public override string ToString() => $"new {Architecture.GetType().Name}().CreateNarrow<double>(seed: {Seed}) at {Samples} images, Mode.Train";
}
