using NUnit.Framework;
using RefNet.Data;

namespace RefNet.Tests.Data;

/// <summary>
/// Preparation is what MNIST did: its own digits, drawn at other sizes, at other places and dark on light, come back as
/// they were or nearly so.
/// </summary>
[TestFixture]
public sealed class DigitPreparationTests
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

    // The median over 300 digits of the mean difference between prepared and original pixels, of 255. For scale: a digit
    // and itself moved by one pixel differ by 16, two digits by 39 (the test after these).
    [TestCase(1, false, Edges.Blocks, 0.01, TestName = "ADigitOfMnistComesBackAsItWas")]
    [TestCase(4, false, Edges.Blocks, 0.01, TestName = "ADigitInBlocksOfFourPixelsComesBackAsItWas")]
    [TestCase(4, true, Edges.Blocks, 0.01, TestName = "ADarkDigitOnLightPaperComesBackAsItWas")]
    [TestCase(5, true, Edges.Sharp, 7, TestName = "ADigitDrawnInBlackComesBackNearly")]
    [TestCase(5, true, Edges.Smooth, 8, TestName = "ABlurredDigitComesBackNearly")]
    [TestCase(3, false, Edges.Smooth, 8, TestName = "ASmallBlurredDigitComesBackNearly")]
    public void ADigitComesBack(int scale, bool invert, Edges edges, double most)
    {
        double[] differences = [.. Enumerable.Range(0, Digits.Value.Count).Select(n =>
            Difference(Original(n), DigitPreparation.Prepare(Draw(Original(n), scale, invert, edges))))];
        Array.Sort(differences);
        TestContext.Out.WriteLine($"median {differences[150]:0.000}, 95 % {differences[285]:0.000}, worst {differences[^1]:0.000}");
        Assert.That(differences[150], Is.LessThanOrEqualTo(most));
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
        byte[] pixels = new byte[100 * 60];
        for (int row = 10; row < 90; row++)
            pixels.AsSpan(row * 60 + 5, row < 50 ? 40 : 20).Fill(200);
        GreyImage prepared = DigitPreparation.Prepare(new GreyImage(pixels, 100, 60));

        // 80x40 becomes 20x10, ten rows of 10 and ten of 5: its centre of mass is row 7.83 and column 3.67, to come to 14.
        (int top, int left) = (6, 10);
        for (int row = 0; row < 28; row++)
        {
            for (int column = 0; column < 28; column++)
            {
                bool ink = row >= top && row < top + 20 && column >= left && column < left + (row < top + 10 ? 10 : 5);
                Assert.That(prepared[row, column], Is.EqualTo(ink ? 255 : 0), $"row {row}, column {column}");
            }
        }
    }

    [Test]
    public void UnevenPaperIsNotTakenForInk()
    {
        Random random = RefNet.Randomness.Seeds.Create(1);
        for (int n = 0; n < 20; n++)
        {
            GreyImage drawn = Draw(Original(n), 4, invert: true, Edges.Blocks);
            byte[] noisy = [.. drawn.Pixels.ToArray().Select(pixel => (byte)(40 + pixel * 3 / 5 + random.Next(-4, 5)))];
            Assert.That(Difference(Original(n), DigitPreparation.Prepare(new GreyImage(noisy, drawn.Rows, drawn.Columns))), Is.LessThan(6));
        }
    }

    [Test]
    public void AnyInkIsEnoughAndNoneIsAnError([Values(0, 128, 255)] int paper)
    {
        byte[] pixels = [.. Enumerable.Repeat((byte)paper, 50 * 40)];
        Assert.That(() => DigitPreparation.Prepare(new GreyImage(pixels, 50, 40)), Throws.TypeOf<InputException>().With.Message.Contains("found no ink"));
        Assert.That(() => DigitPreparation.Prepare(new GreyImage([(byte)paper], 1, 1)), Throws.TypeOf<InputException>());

        pixels[20 * 40 + 7] = (byte)(paper < 200 ? 255 : 0);
        Assert.That(DigitPreparation.Prepare(new GreyImage(pixels, 50, 40)).Pixels.ToArray().Sum(pixel => pixel), Is.EqualTo(20 * 20 * 255), "one pixel fills the box");
    }

    [TestCase(1, 300)]
    [TestCase(300, 1)]
    public void AThinLineStaysInThePicture(int rows, int columns)
    {
        byte[] pixels = new byte[(rows + 20) * (columns + 20)];
        for (int row = 10; row < rows + 10; row++)
            pixels.AsSpan(row * (columns + 20) + 10, columns).Fill(255);
        GreyImage prepared = DigitPreparation.Prepare(new GreyImage(pixels, rows + 20, columns + 20));
        Assert.That(prepared.Pixels.ToArray().Count(pixel => pixel == 255), Is.EqualTo(20));
    }

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
