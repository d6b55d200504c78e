using NUnit.Framework;
using RefNet.Data;
using RefNet.Data.Augmentation;
using RefNet.Tests.Training;

namespace RefNet.Tests.Data.Augmentation;

/// <summary>The picture of variants.</summary>
[TestFixture]
public sealed class AugmentationSheetTests
{
    private const int Gap = 6;

    private static readonly AugmentationPipeline Pipeline = AugmentationNames.Create("crop:3");

    [Test]
    public void TheFirstColumnIsTheOriginalAndTheOthersAreTheVariantsOfEachEpoch()
    {
        ImageSet images = SyntheticData.Create().Training;
        Picture sheet = AugmentationSheet.Draw(images, [(4, Pipeline), (2, Pipeline)], variants: 2, seed: 3);
        // 28 pixels become blocks of 3x3.
        Assert.That((sheet.Channels, sheet.Rows, sheet.Columns), Is.EqualTo((1, 2 * (84 + Gap) + Gap, 3 * (84 + Gap) + Gap)));
        Assert.That(sheet[0, 0][0], Is.EqualTo(128), "the gaps are grey");
        foreach ((int row, int image) in new[] { (0, 4), (1, 2) })
        {
            byte[] pixels = images.Pixels(image).ToArray();
            Assert.That(Cell(sheet, row, 0), Is.EqualTo(pixels));
            for (int epoch = 1; epoch <= 2; epoch++)
            {
                float[] variant = [.. pixels.Select(pixel => (float)pixel)];
                Pipeline.Apply<float>(variant, new(1, 28, 28), new(High: 255), seed: 3, epoch, image);
                Assert.That(Cell(sheet, row, epoch), Is.EqualTo(variant));
            }
        }
    }

    [Test]
    public void ColoursComeBackFromTheFile()
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * 4 * 5).Select(i => (byte)(4 * i))];
        ImageSet images = new(pixels, new byte[1], 4, 5, ["a"], channels: 3);
        Picture sheet = AugmentationSheet.Draw(images, [(0, AugmentationNames.Create("brightness:0"))], variants: 1, seed: 1);
        using MemoryStream stream = new();
        PngWriter.Write(stream, sheet);
        Picture read = new PngReader("sheet.png", stream.ToArray()).Read();
        Assert.That((read.Channels, read.Rows, read.Columns), Is.EqualTo((3, 4 * 19 + 2 * Gap, 2 * 5 * 19 + 3 * Gap)), "blocks of 96 / 5 pixels");
        Assert.That(read.Values.ToArray(), Is.EqualTo(sheet.Values.ToArray()));
        for (int channel = 0; channel < 3; channel++)
            Assert.That(read[Gap + 19 * 2, Gap + 19 * 3][channel], Is.EqualTo(pixels[channel * 20 + 2 * 5 + 3]));
    }

    [Test]
    public void ASheetThatWouldFillTheMemoryIsRefused()
    {
        ImageSet images = new(new byte[1000 * 1000], new byte[1], 1000, 1000, ["a"]);
        Assert.That(() => AugmentationSheet.Draw(images, [.. Enumerable.Repeat((0, Pipeline), 100)], variants: 100, seed: 1), Throws.TypeOf<InputException>());
    }

    private static byte[] Cell(Picture sheet, int row, int column) =>
        [.. from y in Enumerable.Range(0, 28) from x in Enumerable.Range(0, 28) select sheet[Gap + row * (84 + Gap) + 3 * y, Gap + column * (84 + Gap) + 3 * x][0]];
}
