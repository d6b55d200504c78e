using NUnit.Framework;
using RefNet.Data;
using RefNet.Data.Digits;

namespace RefNet.Tests.Data.Digits;

/// <summary>
/// Pictures as people make them: whatever the paper, the light and the pen, the prepared image is nearly that of a plain drawing of the
/// same digit, so that a network that knows one knows the other.
/// </summary>
[TestFixture]
public sealed class DigitKindsTests
{
    // Of 255. Two digits differ by more (the test after the kinds).
    private const double Nearly = 14;

    private static readonly IReadOnlyDictionary<string, Func<Point[][], int, Picture>> Kinds = new Dictionary<string, Func<Point[][], int, Picture>>
    {
        ["a pen of 3 pixels in 500"] = (digit, seed) => Grey(new Sheet(500, 500, seed).Draw(digit, pen: 3)),
        ["a thick felt pen"] = (digit, seed) => Grey(new Sheet(240, 240, seed).Draw(digit, pen: 22), pen: 60, noise: 3),
        ["a frame of one pixel"] = (digit, seed) => Grey(Framed(new Sheet(200, 200, seed).Draw(digit, pen: 10), inset: 0, pen: 2)),
        ["a frame on the sheet"] = (digit, seed) => Grey(Framed(new Sheet(300, 300, seed).Draw(digit, pen: 10, share: .5), inset: 20, pen: 4), noise: 2),
        ["half in a shadow"] = (digit, seed) => Grey(new Sheet(300, 300, seed).Draw(digit, pen: 12).Light((x, y) => x + .4 * y < .7 ? .55 : 1), noise: 2),
        ["light that falls off"] = (digit, seed) => Grey(new Sheet(300, 300, seed).Draw(digit, pen: 12).Light((x, y) => .4 + .3 * x + .3 * y), noise: 2),
        ["vignetting"] = (digit, seed) => Grey(new Sheet(300, 300, seed).Draw(digit, pen: 12).Light((x, y) => 1 - 1.2 * ((x - .5) * (x - .5) + (y - .5) * (y - .5))), noise: 3),
        ["pencil"] = (digit, seed) => Grey(new Sheet(400, 400, seed).Draw(digit, pen: 6), paper: 220, pen: 150, noise: 6),
        ["chalk"] = (digit, seed) => Grey(new Sheet(300, 300, seed).Draw(digit, pen: 12), paper: 50, pen: 200, noise: 5),
        ["ruled paper"] = (digit, seed) => Grey(Ruled(new Sheet(400, 400, seed), pitch: 57, reflects: .6).Draw(digit, pen: 9), pen: 40, noise: 2),
        ["squared paper"] = (digit, seed) => Grey(Ruled(Ruled(new Sheet(400, 400, seed), pitch: 57, reflects: .6), pitch: 57, reflects: .6, upright: true).Draw(digit, pen: 9), pen: 40, noise: 2),
        ["a sheet on a dark table"] = (digit, seed) => Grey(new Sheet(400, 400, seed).Draw(digit, pen: 8, share: .45).Light((x, y) => Math.Max(Math.Abs(x - .5 + .1 * y), Math.Abs(y - .5 - .1 * x)) < .42 ? 1 : .3), noise: 3),
        ["red on green of the same luma"] = (digit, seed) => Coloured(new Sheet(250, 250, seed).Draw(digit, pen: 10), paper: [150, 200, 150], pen: [240, 165, 160]),
        ["white on transparent"] = (digit, seed) => Clear(new Sheet(140, 140, seed).Draw(digit, pen: 8), white: 255),
        ["black on transparent"] = (digit, seed) => Clear(new Sheet(140, 140, seed).Draw(digit, pen: 8), white: 0),
    };

    public static IEnumerable<string> Names => Kinds.Keys;

    [Test]
    public void ThePreparedImageIsThatOfAPlainDrawing([ValueSource(nameof(Names))] string kind)
    {
        for (int digit = 0; digit < 10; digit++)
        {
            Point[][] form = DrawnDigits.Form(digit, 0);
            GreyImage plain = Plain(digit);
            GreyImage cell = Only(DigitReader.Read(Kinds[kind](form, 1 + digit)));
            Assert.That(Difference(plain, cell), Is.LessThan(Nearly), $"{digit} with {kind}");
            Assert.That(PenWidth.Of(Ink(cell)), Is.InRange(1.4, 4.8), $"the pen of {digit} with {kind}");
        }

        GreyImage Only(DigitReading reading)
        {
            Assert.That(reading.Digits, Has.Count.EqualTo(1), kind);
            return reading.Digits[0].Cell;
        }
    }

    [Test]
    public void AnotherDigitWouldBeSeen()
    {
        GreyImage[] plain = [.. Enumerable.Range(0, 10).Select(Plain)];
        double least = (from a in Enumerable.Range(0, 10) from b in Enumerable.Range(0, a) select Difference(plain[a], plain[b])).Min();
        TestContext.Out.WriteLine($"{least:0.0}");
        Assert.That(least, Is.GreaterThan(Nearly + 2));
    }

    [Test]
    public void SeveralDigitsAreReadFromLeftToRightLineByLine()
    {
        Sheet sheet = new(300, 500, seed: 4);
        int[] digits = [5, 1, 7, 4, 0, 3];
        for (int n = 0; n < digits.Length; n++)
            sheet.Draw(DrawnDigits.Form(digits[n], 0), top: 20 + 140 * (n / 3), left: 30 + 150 * (n % 3), side: 110, pen: 7);
        IReadOnlyList<FoundDigit> found = DigitReader.Read(Grey(sheet, noise: 2)).Digits;
        Assert.That(found, Has.Count.EqualTo(6));
        for (int n = 0; n < digits.Length; n++)
        {
            Assert.That(Difference(Plain(digits[n]), found[n].Cell), Is.LessThan(Nearly), $"place {n}");
            Assert.That(found[n].Box.Left, Is.InRange(30 + 150 * (n % 3) - 2, 30 + 150 * (n % 3) + 60), "boxes are in pixels of the picture");
        }
    }

    [Test]
    public void TwelveMegapixelsAreReadAsWell()
    {
        Point[][] form = DrawnDigits.Form(2, 0);
        GreyImage cell = DigitReader.Read(Grey(new Sheet(3000, 4000, seed: 5).Draw(form, top: 700, left: 1500, side: 900, pen: 14))).Digits.Single().Cell;
        Assert.That(Difference(cell, Plain(2)), Is.LessThan(Nearly));
    }

    // Black on white, with the pen of the thinnest digits of MNIST.
    private static GreyImage Plain(int digit) => DigitReader.Read(Grey(new Sheet(280, 280).Draw(DrawnDigits.Form(digit, 0), pen: 19))).Digits.Single().Cell;

    private static Picture Grey(Sheet sheet, double paper = 255, double pen = 0, double noise = 0)
    {
        GreyImage seen = sheet.Photograph(paper, pen, noise);
        return new Picture(seen.Pixels.ToArray(), seen.Rows, seen.Columns, channels: 1);
    }

    private static Picture Coloured(Sheet sheet, double[] paper, double[] pen)
    {
        GreyImage[] channels = [.. paper.Zip(pen).Select(both => sheet.Photograph(both.First, both.Second, noise: 2))];
        return new Picture([.. Enumerable.Range(0, 3 * sheet.Rows * sheet.Columns).Select(i => channels[i % 3].Pixels[i / 3])], sheet.Rows, sheet.Columns, channels: 3);
    }

    private static Picture Clear(Sheet sheet, byte white)
    {
        float[] ink = sheet.Ink.ToArray();
        return new Picture([.. ink.SelectMany(v => (byte[])[white, white, white, (byte)Math.Round(255 * v)])], sheet.Rows, sheet.Columns, channels: 4);
    }

    private static Sheet Framed(Sheet sheet, double inset, double pen)
    {
        double last = sheet.Rows - inset;
        return sheet.Draw([[new(inset, inset), new(last, inset), new(last, last), new(inset, last), new(inset, inset)]], 0, 0, side: 1, pen);
    }

    private static Sheet Ruled(Sheet sheet, int pitch, double reflects, bool upright = false)
    {
        for (int at = pitch / 2; at < sheet.Rows; at += pitch)
        {
            _ = upright
                ? sheet.Print(at + 4, -2, at - 4, sheet.Rows + 2, pen: 2, reflects)
                : sheet.Print(-2, at - 4, sheet.Columns + 2, at + 4, pen: 2, reflects);
        }

        return sheet;
    }

    private static Plane<float> Ink(GreyImage cell)
    {
        Plane<float> ink = new(cell.Rows, cell.Columns);
        for (int i = 0; i < ink.Values.Length; i++)
            ink.Values[i] = cell.Pixels[i] / 255f;
        return ink;
    }

    // The smallest over shifts of a pixel: where the middle is between two, either may be taken.
    private static double Difference(GreyImage a, GreyImage b)
    {
        double least = double.PositiveInfinity;
        for (int down = -1; down <= 1; down++)
        {
            for (int across = -1; across <= 1; across++)
            {
                double sum = 0;
                for (int row = 1; row < 27; row++)
                {
                    for (int column = 1; column < 27; column++)
                        sum += Math.Abs(a[row, column] - b[row + down, column + across]);
                }

                least = Math.Min(least, sum / (26 * 26));
            }
        }

        return least;
    }
}
