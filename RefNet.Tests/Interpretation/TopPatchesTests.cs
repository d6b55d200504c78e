using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Interpretation;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Interpretation;

/// <summary>What excites a map, and the pixels that it sees.</summary>
[TestFixture]
public sealed class TopPatchesTests
{
    // Strides, padding, dilation, branches of different reach.
    private static Network<double> Deep() => new(new Shape(2, 49, 46), seed: 2,
        new Convolution2D<double>(2, 3, kernel: 5, stride: 2, padding: 1, rounding: Rounding.Floor) { Name = "conv1" },
        new ReLU<double>(),
        new MaxPooling2D<double>(3, stride: 2, padding: 1, rounding: Rounding.Floor) { Name = "pool" },
        new Sum<double>(
            new Sequential<double>(new Convolution2D<double>(3, 3, new ConvolutionGeometry(Window.Same(3, 2), Window.Same(3, 1)))) { Name = "body" },
            new Identity<double>())
        { Name = "block" },
        new AveragePooling2D<double>(2, rounding: Rounding.Floor) { Name = "mean" },
        new Flatten<double>(), new Dense<double>(3 * 6 * 5, 2));

    [TestCase("conv1"), TestCase("pool"), TestCase("block.body"), TestCase("block"), TestCase("mean")]
    public void V2_NothingOutsideItsFieldChangesAPositionAndItsBorderDoes(string path)
    {
        Network<double> network = Deep();
        Tensor<double> x = LayerCase.RandomTensor<double>(network.InputShape.Batch(1), Seeds.Create(3));
        // Each row and column of the input, one after the other; all positions of the maps are compared.
        double[][,] seenRows = Seen(rows: true), seenColumns = Seen(rows: false);
        Tensor<double> maps = ActivationMaps.Of(network, x, path);
        int inside = 0;
        for (int row = 0; row < maps.Shape[1]; row++)
        {
            for (int column = 0; column < maps.Shape[2]; column++)
            {
                Region field = ReceptiveField.Of(network, path, row, column, network.InputShape);
                (int first, int last) = Span(seenRows, row, column);
                (int left, int right) = Span(seenColumns, row, column);
                Assert.That(field.Row <= first && last < field.Row + field.Rows && field.Column <= left && right < field.Column + field.Columns, Is.True, $"{path} at {row}, {column}: {field}");
                // At the border a tap of a dilated kernel may lie in the padding, and the next one farther inside than the first pixel.
                if (field.Row > 0 && field.Row + field.Rows < 49 && field.Column > 0 && field.Column + field.Columns < 46)
                {
                    Assert.That((first, left, last - first + 1, right - left + 1), Is.EqualTo((field.Row, field.Column, field.Rows, field.Columns)), $"{path} at {row}, {column}");
                    inside++;
                }
            }
        }

        Assert.That(inside, Is.Positive);

        // For each line of the input, whether each position depends on it: by large changes of either sign, so that a maximum moves too.
        double[][,] Seen(bool rows) => [.. Enumerable.Range(0, network.InputShape[rows ? 1 : 2]).Select(line =>
        {
            Tensor<double> before = ActivationMaps.Of(network, x, path);
            double[,] difference = new double[before.Shape[1], before.Shape[2]];
            foreach (double step in new[] { -100.0, 100 })
            {
                Tensor<double> moved = x.Clone();
                for (int c = 0; c < 2; c++)
                    for (int i = 0; i < network.InputShape[rows ? 2 : 1]; i++)
                        moved[0, c, rows ? line : i, rows ? i : line] += step;
                Tensor<double> after = ActivationMaps.Of(network, moved, path);
                for (int k = 0; k < before.Shape[0]; k++)
                    for (int i = 0; i < before.Shape[1]; i++)
                        for (int j = 0; j < before.Shape[2]; j++)
                            difference[i, j] += Math.Abs(after[k, i, j] - before[k, i, j]);
            }

            return difference;
        })];

        static (int First, int Last) Span(double[][,] seen, int row, int column)
        {
            int[] lines = [.. Enumerable.Range(0, seen.Length).Where(line => seen[line][row, column] != 0)];
            return (lines[0], lines[^1]);
        }
    }

    [Test]
    public void V2_APatchAloneGivesTheSameActivation()
    {
        Network<double> network = Deep();
        Tensor<double>[] batches = [.. Enumerable.Range(0, 5).Select(batch => LayerCase.RandomTensor<double>(network.InputShape.Batch(4), Seeds.Create(7, batch)))];
        IReadOnlyList<IReadOnlyList<TopPatch>> best = TopPatches.Of(network, "block", batches);
        Assert.That(best.Select(patches => patches.Count), Is.EqualTo(new[] { 9, 9, 9 }));
        foreach ((int map, IReadOnlyList<TopPatch> patches) in best.Index())
        {
            foreach (TopPatch patch in patches)
            {
                // All but the patch becomes noise.
                Tensor<double> alone = LayerCase.RandomTensor<double>(network.InputShape.Batch(1), Seeds.Create(8, patch.Image));
                for (int c = 0; c < 2; c++)
                    for (int i = patch.Field.Row; i < patch.Field.Row + patch.Field.Rows; i++)
                        for (int j = patch.Field.Column; j < patch.Field.Column + patch.Field.Columns; j++)
                            alone[0, c, i, j] = batches[patch.Image / 4][patch.Image % 4, c, i, j];
                Assert.That(ActivationMaps.Of(network, alone, "block")[map, patch.Row, patch.Column], Is.EqualTo(patch.Activation).Within(1e-12));
            }
        }
    }

    // Cut out, without padding anywhere, the patch is an image of which there is one position.
    [Test]
    public void V2_APatchCutOutGivesTheSameActivation()
    {
        static Network<double> Unpadded(Shape input) => new(input, seed: 2,
            new Convolution2D<double>(2, 3, kernel: 3) { Name = "conv1" }, new ReLU<double>(), new MaxPooling2D<double>(2) { Name = "pool" }, new Convolution2D<double>(3, 2, kernel: 3) { Name = "conv2" });
        Network<double> network = Unpadded(new Shape(2, 14, 16));
        Tensor<double> x = LayerCase.RandomTensor<double>(network.InputShape.Batch(6), Seeds.Create(3));
        foreach ((int map, IReadOnlyList<TopPatch> patches) in TopPatches.Of(network, "conv2", [x], count: 4).Index())
        {
            foreach (TopPatch patch in patches)
            {
                Assert.That((patch.Field.Rows, patch.Field.Columns), Is.EqualTo((8, 8)));
                Tensor<double> cut = new(new Shape(1, 2, 8, 8));
                for (int i = 0; i < cut.Count; i++)
                    cut.Span[i] = x[patch.Image, i / 64, patch.Field.Row + i / 8 % 8, patch.Field.Column + i % 8];
                Assert.That(Unpadded(new Shape(2, 8, 8)).Forward(cut, Mode.Evaluate)[0, map, 0, 0], Is.EqualTo(patch.Activation).Within(1e-12));
            }
        }
    }

    [Test]
    public void V2_TheStrongestComeFirstOneAnImage()
    {
        Network<double> network = new(new Shape(1, 2, 2), seed: 1, new ReLU<double> { Name = "maps" });
        Tensor<double> x = new(new Shape(4, 1, 2, 2), [1, 9, 8, 0, 5, 5, 0, 0, -1, -1, -1, -1, 0, 0, 0, 7]);
        TopPatch[] found = [.. TopPatches.Of(network, "maps", [x], count: 3)[0]];
        Assert.That(found, Is.EqualTo(new TopPatch[] { new(0, 0, 1, 9, new Region(0, 1, 1, 1)), new(3, 1, 1, 7, new Region(1, 1, 1, 1)), new(1, 0, 0, 5, new Region(0, 0, 1, 1)) }));
    }

    [Test]
    public void V1_TheFirstFiltersAreTheWeightsAsTheyLieOnTheImage()
    {
        Convolution2D<double> flipped = new(1, 1, kernel: 2);
        flipped.Parameters[0].Value.CopyFrom([1, 2, 3, 4]);
        Network<double> network = new(new Shape(1, 2, 2), seed: 1, flipped);
        double[] filter = FilterImages.Of(network).Values.ToArray();
        // A filter answers with the sum of its squares to an image of itself, and no image of that size makes it answer more.
        Assert.That(network.Forward(new Tensor<double>(new Shape(1, 1, 2, 2), filter), Mode.Evaluate).Values.ToArray(), Is.EqualTo(new double[] { 30 }));
        Network<double> dense = new(new Shape(1, 2, 2), seed: 1, new Flatten<double>(), new Dense<double>(4, 2) { Name = "F1" });
        Assert.That(() => FilterImages.Of(dense), Throws.TypeOf<InputException>().With.Message.Contains("F1"));
    }
}
