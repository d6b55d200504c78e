using NUnit.Framework;
using RefNet.Benchmarks.Work;
using RefNet.Blocks;
using RefNet.Layers;

namespace RefNet.Tests.Benchmarks;

/// <summary>Networks whose weights the workers of other libraries can make, too.</summary>
[TestFixture]
public sealed class FilledNetworkTests
{
    [Test]
    public void WeightsHaveTheirPlaceAndScalesAreOne()
    {
        Network<float> network = FilledNetwork.Create("resnet20-cifar");
        Parameter<float>[] parameters = [.. network.Parameters];
        for (int place = 0; place < parameters.Length; place++)
        {
            float[] expected = new float[parameters[place].Count];
            if (parameters[place].Shape.Rank > 1)
                Numbers.FillWeights(expected, place, parameters[place].Shape[0]);
            else if (parameters[place].Name == "gamma")
                Array.Fill(expected, 1);
            Assert.That(parameters[place].Value.Values.ToArray(), Is.EqualTo(expected), $"parameter {place}");
        }
    }

    [Test]
    public void WeightsKeepTheVarianceOfRectifiedInputs()
    {
        float[] weights = new float[64 * 576];
        Numbers.FillWeights(weights, 3, 64);
        Assert.That(weights.Average(w => w * w), Is.EqualTo(2.0 / 576).Within(0.02 * 2 / 576));
    }
}
