using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Gpu.Backend;

/// <summary>Channels of so many values that they are added up in pieces: the suite of all backends has none.</summary>
[TestFixture(0, 0)]
[TestFixture(1, 7)]
[TestFixture(3, 4)]
internal sealed class ChannelSumsTests(int blocks, int threads)
{
    // 17,995 values a channel: two pieces of 5,999, and one of 5,997.
    private static readonly Shape maps = new(5, 2, 61, 59), perChannel = new(2);

    // Terms are below 2 in size and m of them are added: a sum is off by at most m u times 2 m on either side (see BackendTests),
    // and what follows from it by a few roundings more.
    private static readonly double tolerance = 2.0 * (Values + 12) * Values * Math.Pow(2, -52);

    private static int Values => maps.Count / maps[1];

    [Test]
    public void SumsOfManyValuesAreThoseOfTheDefinition()
    {
        double[] expected = Sums(new ReferenceBackend<double>()), found;
        using (FakeCard<double> card = new(grid: blocks == 0 ? null : (blocks, threads)))
            found = Sums(card.Backend);
        Assert.That(found, Is.EqualTo(expected).Within(tolerance));
        Assert.That(expected.Any(value => Math.Abs(value) > 1e3 * tolerance), Is.True, "a tolerance that allows zeros shows nothing");
    }

    private static double[] Sums(IBackend<double> backend)
    {
        Random random = Seeds.Create(1);
        Tensor<double> x = Numbers(maps), dY = Numbers(maps), gamma = Numbers(perChannel), beta = Numbers(perChannel);
        Tensor<double> db = Numbers(perChannel), dw = Numbers(perChannel), mu = new(perChannel), sigma2 = new(perChannel), y = new(maps), dX = new(maps), dGamma = Numbers(perChannel), dBeta = Numbers(perChannel);
        backend.AddBiasGradient(dY, db);
        backend.AddScaleGradient(dY, x, dw);
        backend.NormalizeBatch(x, gamma, beta, 0.5, mu, sigma2, y);
        backend.NormalizeBatchGradient(x, gamma, 0.5, mu, sigma2, dY, dGamma, dBeta, dX);
        return [.. db.Values, .. dw.Values, .. mu.Values, .. sigma2.Values, .. y.Values, .. dGamma.Values, .. dBeta.Values, .. dX.Values];

        Tensor<double> Numbers(Shape shape)
        {
            Tensor<double> numbers = new(shape);
            foreach (ref double value in numbers.Span)
                value = 2 * random.NextDouble() - 1;
            return numbers;
        }
    }
}
