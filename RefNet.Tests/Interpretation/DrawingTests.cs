using NUnit.Framework;
using RefNet.Data;
using RefNet.Interpretation;
using RefNet.Tensors;

namespace RefNet.Tests.Interpretation;

/// <summary>Colours and pictures.</summary>
[TestFixture]
public sealed class DrawingTests
{
    [Test]
    public void InfernoGrowsBrighterEverywhereAndBlueRedIsWhiteInTheMiddle()
    {
        double[] light = [.. Enumerable.Range(0, 257).Select(i => Luma(ColourMap.Inferno[i / 256.0]))];
        Assert.That(light, Is.Ordered.Ascending);
        Assert.That(ColourMap.Inferno[1.0 / 8], Is.EqualTo(((byte)0x21, (byte)0x0C, (byte)0x4A)));
        Assert.That(ColourMap.Inferno[double.NaN], Is.EqualTo(ColourMap.Inferno[-1]));
        Assert.That(ColourMap.BlueRed[0.5], Is.EqualTo(((byte)0xF7, (byte)0xF7, (byte)0xF7)));
        double[] signed = [.. Enumerable.Range(0, 257).Select(i => Luma(ColourMap.BlueRed[i / 256.0]))];
        Assert.That(signed[..129], Is.Ordered.Ascending);
        Assert.That(signed[128..], Is.Ordered.Descending);

        static double Luma((byte Red, byte Green, byte Blue) colour) => 0.299 * colour.Red + 0.587 * colour.Green + 0.114 * colour.Blue;
    }

    [Test]
    public void SignsAreBlueAndRedAndNothingIsWhite()
    {
        Picture picture = Drawing.Signed(new Tensor<double>(new Shape(2, 1, 3), [-1, 0, 1, -1, 0, 1]));
        Assert.That(picture[0, 0].ToArray(), Is.EqualTo(new byte[] { 0x05, 0x30, 0x61 }));
        Assert.That(picture[0, 1].ToArray(), Is.All.EqualTo(0xF7));
        Assert.That(picture[0, 2].ToArray(), Is.EqualTo(new byte[] { 0x67, 0x00, 0x1F }));
        Assert.That(Drawing.Signed(new Tensor<double>(new Shape(1, 2, 2))).Values.ToArray(), Is.All.EqualTo(0xF7), "nothing anywhere");
    }

    [Test]
    public void AnImageGoesFromBlackToWhiteAndThreeChannelsAreColours()
    {
        Assert.That(Drawing.Image(new Tensor<float>(new Shape(1, 1, 3), [-2, 0, 2])).Values.ToArray(), Is.EqualTo(new byte[] { 0, 0, 0, 128, 128, 128, 255, 255, 255 }));
        Assert.That(Drawing.Image(new Tensor<float>(new Shape(3, 1, 1), [0, 1, 0.2f])).Values.ToArray(), Is.EqualTo(new byte[] { 0, 255, 51 }));
        Assert.That(Drawing.Image(new Tensor<float>(new Shape(1, 1, 2), [5, 5])).Values.ToArray(), Is.All.Zero);
    }

    [Test]
    public void AnImageWhoseScalingIsKnownHasItsBytesAgain()
    {
        PixelScaling imageNet = PixelScaling.Standardizing([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
        byte[] planes = [255, 90, 0, 91, 0, 92];
        float[] numbers = new float[6];
        imageNet.Apply(imageNet.Table<float>(), new ImageSet(planes, new byte[1], rows: 1, columns: 2, ["0"], channels: 3), n: 0, numbers);
        Assert.That(Drawing.Image(new Tensor<float>(new Shape(3, 1, 2), numbers), imageNet).Values.ToArray(), Is.EqualTo(new byte[] { 255, 0, 0, 90, 91, 92 }));

        PixelScaling plain = new(Low: -1, High: 1);
        Assert.That(Drawing.Image(new Tensor<float>(new Shape(1, 1, 3), [-0.2f, 0.2f, 7]), plain).Values.ToArray(), Is.EqualTo(new byte[] { 102, 102, 102, 153, 153, 153, 255, 255, 255 }), "its own contrast; cut off outside");
        Assert.That(Drawing.Image(new Tensor<float>(new Shape(2, 1, 1), [-1, 0]), plain).Values.ToArray(), Is.All.EqualTo(64), "the mean of 0 and 127.5, rounded");
    }

    [Test]
    public void AGridHasAPictureInEachPlace()
    {
        Picture One(byte grey) => new([grey, grey, grey], 1, 1, channels: 3);
        Picture grid = Drawing.Grid([One(1), One(2), One(3)], columns: 2, gap: 1);
        Assert.That((grid.Rows, grid.Columns), Is.EqualTo((5, 5)));
        Assert.That(grid.ToGrey().Pixels.ToArray(), Is.EqualTo(new byte[]
        {
            128, 128, 128, 128, 128,
            128, 1, 128, 2, 128,
            128, 128, 128, 128, 128,
            128, 3, 128, 128, 128,
            128, 128, 128, 128, 128,
        }));
    }

    [Test]
    public void PlacesOfAnotherClassAreColoured()
    {
        Picture under = new([.. Enumerable.Repeat((byte)100, 4 * 2 * 3)], 4, 2, channels: 3);
        Picture picture = Drawing.ClassesOver([3, 3, 3, 1], rows: 2, usual: 3, under);
        Assert.That(picture[0, 0].ToArray(), Is.All.EqualTo(100));
        Assert.That(picture[2, 1].ToArray(), Is.EqualTo(new byte[] { (byte)(40 + 0.6 * 0xF2), (byte)(40 + 0.6 * 0x8E), (byte)(40 + 0.6 * 0x2B) }));
        Assert.That(picture[1, 1].ToArray(), Is.All.EqualTo(100));
    }

    [TestCase(1), TestCase(2), TestCase(3), TestCase(4)]
    public void APictureOfAnyKindComesBackFromItsPng(int channels)
    {
        Picture picture = new([.. Enumerable.Range(0, 3 * 5 * channels).Select(i => (byte)(i * 7))], 3, 5, channels);
        using MemoryStream stream = new();
        PngWriter.Write(stream, picture);
        Picture read = new PngReader("picture.png", stream.ToArray()).Read();
        Assert.That((read.Rows, read.Columns, read.Channels), Is.EqualTo((3, 5, channels)));
        Assert.That(read.Values.ToArray(), Is.EqualTo(picture.Values.ToArray()));
    }

    [Test]
    public void AResizedPictureKeepsItsColoursAndBecomesASetOfOneImage()
    {
        Picture picture = new([10, 20, 30, 30, 40, 50, 10, 20, 30, 30, 40, 50], 2, 2, channels: 3);
        Assert.That(picture.Resized(1, 1).Values.ToArray(), Is.EqualTo(new byte[] { 20, 30, 40 }));
        ImageSet set = picture.ToImageSet(channels: 3);
        Assert.That((set.Count, set.Channels, set.Rows, set.Columns), Is.EqualTo((1, 3, 2, 2)));
        Assert.That(set.Pixels(0).ToArray(), Is.EqualTo(new byte[] { 10, 30, 10, 30, 20, 40, 20, 40, 30, 50, 30, 50 }));
    }
}
