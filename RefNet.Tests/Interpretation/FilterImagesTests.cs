using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Interop;
using RefNet.Interpretation;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Tests.Interpretation;

/// <summary>
/// What the first filters of a network trained on photographs look like, in numbers. Its weights are not part of the project: without them the test is skipped.
/// </summary>
[TestFixture]
public sealed class FilterImagesTests
{
    private static readonly string weights = Path.Combine(Repository.Root, "..", "shared", "real", "squeezenet_v1.0_imagenet.npz");

    [Test]
    public void V1_SqueezeNetLearntOrientedEdgesAndBlobsOfColour()
    {
        if (!File.Exists(weights))
            Assert.Ignore($"{weights} is missing.");
        Network<float> network = new SqueezeNet().Create<float>(seed: 1);
        Assert.That(Count(network), Is.EqualTo((0, 0)), "random filters are neither");
        NetworkWeights.Load(network, TensorFile.Read(weights));
        (int edges, int blobs) = Count(network);
        Assert.That(edges, Is.GreaterThan(30), "of 96");
        Assert.That(blobs, Is.GreaterThan(20), "of 96");
    }

    // An edge changes in one direction: its structure tensor has one large eigenvalue. A blob of colour differs between the channels, and changes slowly.
    private static (int Edges, int Blobs) Count(Network<float> network)
    {
        Tensor<float> filters = FilterImages.Of(network);
        Assert.That(filters.Shape, Is.EqualTo(new Shape(96, 3, 7, 7)));
        (int edges, int blobs) = (0, 0);
        for (int f = 0; f < 96; f++)
        {
            double W(int c, int i, int j) => filters[f, c, i, j];
            double Grey(int i, int j) => (W(0, i, j) + W(1, i, j) + W(2, i, j)) / 3;
            (double rows, double mixed, double columns, double all, double colour, double steps) = (0, 0, 0, 0, 0, 0);
            for (int i = 0; i < 7; i++)
            {
                for (int j = 0; j < 7; j++)
                {
                    if (i is > 0 and < 6 && j is > 0 and < 6)
                    {
                        (double down, double along) = (Grey(i + 1, j) - Grey(i - 1, j), Grey(i, j + 1) - Grey(i, j - 1));
                        (rows, mixed, columns) = (rows + down * down, mixed + down * along, columns + along * along);
                    }

                    for (int c = 0; c < 3; c++)
                    {
                        all += W(c, i, j) * W(c, i, j);
                        colour += Math.Pow(W(c, i, j) - Grey(i, j), 2);
                        steps += (i > 0 ? Math.Pow(W(c, i, j) - W(c, i - 1, j), 2) : 0) + (j > 0 ? Math.Pow(W(c, i, j) - W(c, i, j - 1), 2) : 0);
                    }
                }
            }

            double coherence = Math.Sqrt((rows - columns) * (rows - columns) + 4 * mixed * mixed) / (rows + columns);
            edges += coherence > 0.7 ? 1 : 0;
            blobs += colour > all / 2 && steps < all ? 1 : 0;
        }

        return (edges, blobs);
    }
}
