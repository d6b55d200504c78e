using NUnit.Framework;
using RefNet.Data;
using RefNet.Data.Digits;

namespace RefNet.Tests.Data.Digits;

/// <summary>
/// Preparation is what MNIST did: its own digits, drawn at other sizes, at other places and dark on light, come back as
/// they were or nearly so.
/// </summary>
[TestFixture]
public sealed class DigitReaderTests
{
    private static readonly Lazy<ImageSet> Digits = new(() => Mnist.Load(DataFolder.Mnist).Test.Take(300));

    public enum Edges
    {
        /// <summary>Each pixel becomes a block.</summary>
        Blocks,

        /// <summary>Interpolated: grey and wide, as a blurred photograph.</summary>
        Smooth,

        /// <summary>Interpolated, then black and white, as NIST's forms were scanned and a paint program draws.</summary>
        Sharp,
    }

    [Test]
    public void AnImageOfMnistIsTakenAsItIs([Values] bool invert)
    {
        int same = Enumerable.Range(0, 300).Count(n => Cell(invert ? Negative(Original(n)) : Original(n)).Pixels.SequenceEqual(Original(n).Pixels));
        // A few of MNIST's own are not centred, or touch the border.
        Assert.That(same, Is.GreaterThanOrEqualTo(290));
    }

    // The median over 100 digits of the mean difference between prepared and original pixels, of 255. For scale: a digit
    // and itself moved by one pixel differ by 16, two digits by 39 (the test after these). Larger ones are drawn again with smooth edges.
    [TestCase(1, false, Edges.Blocks, 2, TestName = "ADigitOfMnistOnALargerSheetComesBackNearly")]
    [TestCase(4, false, Edges.Blocks, 9, TestName = "ADigitInBlocksOfFourPixelsComesBackNearly")]
    [TestCase(4, true, Edges.Blocks, 9, TestName = "ADarkDigitOnLightPaperComesBackNearly")]
    [TestCase(5, true, Edges.Sharp, 9, TestName = "ADigitDrawnInBlackComesBackNearly")]
    [TestCase(5, true, Edges.Smooth, 9, TestName = "ABlurredDigitComesBackNearly")]
    [TestCase(3, false, Edges.Smooth, 9, TestName = "ASmallBlurredDigitComesBackNearly")]
    public void ADigitComesBack(int scale, bool invert, Edges edges, double most)
    {
        double[] differences = [.. Enumerable.Range(0, 100).Select(n => Difference(Original(n), Cell(Draw(Original(n), scale, invert, edges))))];
        Array.Sort(differences);
        TestContext.Out.WriteLine($"median {differences[50]:0.000}, 95 % {differences[95]:0.000}, worst {differences[^1]:0.000}");
        Assert.That(differences[50], Is.LessThanOrEqualTo(most));
    }

    [Test]
    public void ADigitThatDoesNotComeBackWouldBeSeen()
    {
        double[] moved = [.. Enumerable.Range(0, 300).Select(n => Difference(Original(n), new GreyImage([0, .. Original(n).Pixels[..^1]], 28, 28)))];
        double[] others = [.. Enumerable.Range(0, 299).Select(n => Difference(Original(n), Original(n + 1)))];
        Array.Sort(moved);
        Array.Sort(others);
        TestContext.Out.WriteLine($"moved {moved[150]:0.0}, others {others[150]:0.0}");
        Assert.That(moved[150], Is.GreaterThan(16));
        Assert.That(others[150], Is.GreaterThan(34));
    }

    [Test]
    public void TheBoxIs20AndTheCentreOfMassIsPixel14()
    {
        // An L of 100x60 pixels with strokes of 14, which are 2.8 of the image.
        byte[] pixels = new byte[140 * 110];
        for (int row = 20; row < 120; row++)
            pixels.AsSpan(row * 110 + 15, row < 106 ? 14 : 60).Fill(200);
        GreyImage cell = Cell(new GreyImage(pixels, 140, 110));

        (int row, int column)[] ink = [.. from row in Enumerable.Range(0, 28) from column in Enumerable.Range(0, 28) where cell[row, column] > 100 select (row, column)];
        Assert.That(ink.Max(pixel => pixel.row) - ink.Min(pixel => pixel.row) + 1, Is.EqualTo(20));
        Assert.That(ink.Max(pixel => pixel.column) - ink.Min(pixel => pixel.column) + 1, Is.EqualTo(12));
        Assert.That(ink.Average(pixel => pixel.row), Is.EqualTo(14).Within(0.6));
        Assert.That(ink.Average(pixel => pixel.column), Is.EqualTo(14).Within(0.6));
    }

    [Test]
    public void UnevenPaperIsNotTakenForInk()
    {
        Random random = RefNet.Randomness.Seeds.Create(1);
        double[] differences =
        [
            .. Enumerable.Range(0, 21).Select(n =>
            {
                GreyImage drawn = Draw(Original(n), 4, invert: true, Edges.Blocks);
                byte[] noisy = [.. drawn.Pixels.ToArray().Select(pixel => (byte)(40 + pixel * 3 / 5 + random.Next(-4, 5)))];
                return Difference(Original(n), Cell(new GreyImage(noisy, drawn.Rows, drawn.Columns)));
            }).Order(),
        ];
        Assert.That(differences[10], Is.LessThan(12));
    }

    [Test]
    public void AnyInkIsEnoughAndNoneIsAnError([Values(0, 128, 255)] int paper)
    {
        byte[] pixels = [.. Enumerable.Repeat((byte)paper, 50 * 40)];
        Assert.That(() => Cell(new GreyImage(pixels, 50, 40)), Throws.TypeOf<InputException>().With.Message.Contains("found no ink: nothing in it"));
        Assert.That(() => Cell(new GreyImage([(byte)paper], 1, 1)), Throws.TypeOf<InputException>());

        pixels[20 * 40 + 7] = (byte)(paper < 200 ? 255 : 0);
        Assert.That(Cell(new GreyImage(pixels, 50, 40)).Pixels.ToArray().Sum(pixel => pixel), Is.EqualTo(20 * 20 * 255), "one pixel fills the box");
    }

    [Test]
    public void NoiseAloneIsNoInk()
    {
        Sheet empty = new(300, 300, seed: 3);
        Assert.That(() => DigitReader.Read(empty.Photograph(paper: 200, noise: 6)), Throws.TypeOf<InputException>().With.Message.Contains("noise and specks"));
    }

    [TestCase(1, 300)]
    [TestCase(300, 1)]
    public void AThinLineStaysInThePicture(int rows, int columns)
    {
        byte[] pixels = new byte[(rows + 20) * (columns + 20)];
        for (int row = 10; row < rows + 10; row++)
            pixels.AsSpan(row * (columns + 20) + 10, columns).Fill(255);
        GreyImage cell = Cell(new GreyImage(pixels, rows + 20, columns + 20));
        Assert.That(cell.Pixels.ToArray().Sum(pixel => pixel / 255.0), Is.EqualTo(20 * 2.2).Within(8), "20 pixels long and 2.2 wide, but for round ends, and since a line of one pixel is measured as two");
    }

    private static GreyImage Cell(GreyImage picture)
    {
        DigitReading reading = DigitReader.Read(picture);
        Assert.That(reading.Digits, Has.Count.EqualTo(1));
        return reading.Digits[0].Cell;
    }

    private static GreyImage Negative(GreyImage image) => new([.. image.Pixels.ToArray().Select(pixel => (byte)(255 - pixel))], image.Rows, image.Columns);

    private static GreyImage Original(int n) => new(Digits.Value.Pixels(n).ToArray(), 28, 28);

    private static double Difference(GreyImage a, GreyImage b) =>
        Enumerable.Range(0, a.Pixels.Length).Average(i => (double)Math.Abs(a.Pixels[i] - b.Pixels[i]));

    // Larger, off the middle of a canvas that is not square.
    private static GreyImage Draw(GreyImage digit, int scale, bool invert, Edges edges)
    {
        int rows = 28 * scale + 3, columns = 28 * scale + 11;
        byte[] pixels = new byte[rows * columns];
        for (int row = 0; row < 28 * scale; row++)
        {
            for (int column = 0; column < 28 * scale; column++)
            {
                byte smooth = Interpolated(digit, row, column, scale);
                pixels[(row + 2) * columns + column + 9] = edges switch
                {
                    Edges.Blocks => digit[row / scale, column / scale],
                    Edges.Smooth => smooth,
                    _ => (byte)(smooth < 128 ? 0 : 255),
                };
            }
        }

        if (invert)
            pixels = [.. pixels.Select(pixel => (byte)(255 - pixel))];
        return new GreyImage(pixels, rows, columns);
    }

    private static byte Interpolated(GreyImage digit, int row, int column, int scale)
    {
        double y = Math.Clamp((row + 0.5) / scale - 0.5, 0, 26.999);
        double x = Math.Clamp((column + 0.5) / scale - 0.5, 0, 26.999);
        int top = (int)y, left = (int)x;
        double upper = digit[top, left] * (1 - (x - left)) + digit[top, left + 1] * (x - left);
        double lower = digit[top + 1, left] * (1 - (x - left)) + digit[top + 1, left + 1] * (x - left);
        return (byte)Math.Round(upper * (1 - (y - top)) + lower * (y - top));
    }
}
