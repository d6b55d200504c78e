using MathNet.Numerics.Distributions;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>A whole network with its loss in a training step on two images, some entries of each tensor.</summary>
/// <param name="Name">What a host calls it.</param>
/// <param name="Type">The class that makes it.</param>
/// <param name="Create">Makes it with the weights that a seed gives.</param>
/// <param name="CreateLoss">Makes the loss that it is trained with.</param>
internal sealed record ModelCase(string Name, string Type, Func<int, Sequential<double>> Create, Func<Loss<double>> CreateLoss) : Case
{
    private const int Samples = 2;
    private const int EntriesPerTensor = 12;

    public override GradientReport Check()
    {
        Sequential<double> network = Create(Seed);
        // Away from where weights and biases start: at zero all scores tie.
        Random random = Seeds.Create(Seed, 1);
        foreach (Parameter<double> parameter in network.Parameters)
        {
            foreach (ref double value in parameter.Value.Span)
                value += Normal.Sample(random, 0, 0.01);
        }

        Tensor<double> x = LayerCase.RandomTensor<double>(network.Input.Batch(Samples), random);
        Tensor<double> target = new(network.OutputShape(network.Input).Batch(Samples));
        for (int n = 0; n < Samples; n++)
            target[n, random.Next(target.Shape[1])] = 1;
        return GradientCheck.Run(network, CreateLoss(), x, target, Mode.Train, Seed, EntriesPerTensor);
    }

    public override IEnumerable<ModelCase> Shrink() => Seed > 0 ? [this with { Seed = 0 }] : [];

    public override string ToString() => $"{Type}.Create<double>(seed: {Seed}) at {Samples} images, Mode.Train";
}
