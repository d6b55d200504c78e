using NUnit.Framework;
using RefNet.Data;
using RefNet.Data.Digits;

namespace RefNet.Tests.Data.Digits;

/// <summary>The steps of the preparation, each against its definition.</summary>
[TestFixture]
public sealed class DigitStepTests
{
    [Test]
    public void TheRunningMaximumIsThatOfTheWindow([Values(1, 2, 5, 20)] int radius)
    {
        Plane<float> x = Noise(13, 17, seed: radius);
        Plane<float> y = Morphology.Dilate(x, radius), z = Morphology.Erode(x, radius);
        for (int row = 0; row < x.Rows; row++)
        {
            for (int column = 0; column < x.Columns; column++)
            {
                float[] window = [.. from r in Enumerable.Range(row - radius, 2 * radius + 1)
                                     from c in Enumerable.Range(column - radius, 2 * radius + 1)
                                     where r >= 0 && c >= 0 && r < x.Rows && c < x.Columns
                                     select x[r, c]];
                Assert.That((y[row, column], z[row, column]), Is.EqualTo((window.Max(), window.Min())), $"at {row}, {column}");
            }
        }
    }

    [Test]
    public void ClosingFillsStrokesAndKeepsAShadowUpToTheCorners()
    {
        Plane<float> shadow = Make(40, 40, (row, column) => row + 2 * column < 50 ? 100f : 200f);
        Plane<float> written = shadow.Select(v => v);
        for (int row = 5; row < 35; row++)
            written[row, 20] = written[row, 21] = 10;
        Assert.That(Morphology.Close(shadow, 6).Values, Is.EqualTo(shadow.Values), "a straight edge is left as it is, where the picture cuts it too");
        Plane<float> closed = Morphology.Close(written, 6);
        Assert.That(closed.Values.Min(), Is.EqualTo(100), "no stroke is left");
    }

    [Test]
    public void DistancesAreThoseToTheNearestPixelOfTheMask()
    {
        Random random = RefNet.Randomness.Seeds.Create(7);
        Plane<bool> mask = Make(19, 23, (_, _) => random.Next(30) == 0);
        Plane<float> distance = DistanceTransform.To(mask);
        for (int row = 0; row < mask.Rows; row++)
        {
            for (int column = 0; column < mask.Columns; column++)
            {
                double nearest = (from r in Enumerable.Range(0, mask.Rows)
                                  from c in Enumerable.Range(0, mask.Columns)
                                  where mask[r, c]
                                  select Math.Sqrt((r - row) * (r - row) + (c - column) * (c - column))).Min();
                Assert.That(distance[row, column], Is.EqualTo(nearest).Within(1e-4), $"at {row}, {column}");
            }
        }
    }

    [Test]
    public void TheThresholdIsBetweenBothClassesHoweverFewAreInOne()
    {
        Random random = RefNet.Randomness.Seeds.Create(8);
        float[] values = [.. Enumerable.Range(0, 1000).Select(_ => .2f + .02f * random.NextSingle()), .. Enumerable.Range(0, 30).Select(_ => .8f + .05f * random.NextSingle())];
        Assert.That(Otsu.Threshold(values, floor: 0), Is.InRange(.4, .65));
        Assert.That(Otsu.Threshold([.1f, .1f], floor: .2f), Is.EqualTo(.2f), "nothing is above the floor");
    }

    [Test]
    public void PixelsThatTouchAtCornersHangTogether()
    {
        Plane<bool> mask = Make(6, 9, (row, column) => (column < 4 && row == column) || column > 6);
        IReadOnlyList<Component> parts = ConnectedComponents.Find(mask);
        Assert.That(parts.Select(part => (part.Box, part.Pixels.Count)), Is.EquivalentTo(new[] { (new Box(0, 0, 4, 4), 4), (new Box(0, 7, 6, 2), 12) }));
    }

    [Test]
    public void TheWidthOfAStrokeIsMeasured([Values(2, 4, 7, 12)] int width)
    {
        Plane<bool> upright = Make(100, 60, (row, column) => row is >= 5 and < 95 && column >= 20 && column < 20 + width);
        Assert.That(StrokeWidth.Measure(upright), Is.EqualTo(width).Within(0.1 * width + 0.4));
        Plane<bool> slanted = Make(120, 120, (row, column) => Math.Abs(row - column) / Math.Sqrt(2) < width / 2.0);
        Assert.That(StrokeWidth.Measure(slanted), Is.EqualTo(width).Within(0.2 * width + 1));
    }

    [TestCase(1.5)]
    [TestCase(4)]
    [TestCase(40)]
    public void APenIsMadeAsWideAsThoseOfMnist(double pen)
    {
        Plane<float> ink = new(300, 300);
        new Sheet(300, 300).Draw(DrawnDigits.Form(3, 0), pen).Ink.CopyTo(ink.Values);
        Assert.That(PenWidth.Of(PenWidth.Normalize(ink)), Is.InRange(1.9, 4.4));
    }

    [Test]
    public void LinesOfThePaperGoAndStrokesThatCrossThemStay()
    {
        Plane<bool> strokes = Make(200, 200, (row, column) => Math.Abs(row - 100 + (column - 100)) < 4 && row is > 40 and < 160);
        Plane<bool> all = Make(200, 200, (row, column) => strokes[row, column] || Math.Abs(row - 30 - 0.02 * column) < 1 || Math.Abs(row - 90 - 0.02 * column) < 1 || Math.Abs(column - 120) < 1);
        Plane<bool> left = RuledLines.Remove(all, all.Select(set => set ? 1f : 0f), floor: 0.5f);
        int strokePixels = strokes.Values.Count(set => set);
        Assert.That(left.Values.Count(set => set), Is.EqualTo(strokePixels).Within(0.05 * strokePixels));
        Assert.That(left.Values.Zip(strokes.Values).Count(both => both.Second && !both.First), Is.LessThan(0.05 * strokePixels), "of the stroke nearly all is left");
    }

    [Test]
    public void TheBarOfASevenIsNoLine()
    {
        Plane<bool> seven = Make(100, 100, (row, column) => (Math.Abs(row - 20) < 3 && column is > 20 and < 80) || (Math.Abs(column - 78 + (row - 20) / 3) < 3 && row is >= 20 and < 90));
        Assert.That(RuledLines.Remove(seven, seven.Select(set => set ? 1f : 0f), floor: 0.5f).Values, Is.EqualTo(seven.Values));
    }

    [Test]
    public void TheBarOfASevenThatFillsItsPictureIsNoLine()
    {
        Plane<bool> seven = Make(140, 90, (row, column) => row < 7 || Math.Abs(column - 85 + row * 50 / 140) < 5);
        Assert.That(RuledLines.Remove(seven, seven.Select(set => set ? 1f : 0f), floor: 0.5f).Values, Is.EqualTo(seven.Values));
    }

    [Test]
    public void TheHatOfAFiveStaysWithItsBody()
    {
        Plane<bool> mask = Make(100, 200, (row, column) =>
            (row is >= 30 and < 90 && column is >= 20 and < 50) || (row is >= 18 and < 24 && column is >= 30 and < 56) || (row is >= 20 and < 90 && column is >= 120 and < 150) || (row == 3 && column == 180));
        IReadOnlyList<Component> digits = DigitGrouping.Group(ConnectedComponents.Find(mask), mask);
        Assert.That(digits.Select(digit => digit.Box), Is.EqualTo(new[] { new Box(18, 20, 72, 36), new Box(20, 120, 70, 30) }));
    }

    [Test]
    public void InkIsWhatThereIsLessOf([Values] bool light)
    {
        Plane<float> x = Make(60, 60, (row, column) => (column is >= 25 and < 33 ? 30 : 200) * (row < 30 ? 1f : .6f));
        Assert.That(Polarity.InkIsLight(light ? x.Select(v => 255 - v) : x), Is.EqualTo(light));
    }

    [TestCase(3, 5, 7, 9)]
    [TestCase(8, 8, 20, 3)]
    public void ResizingKeepsConstantsAndMeans(int rows, int columns, int newRows, int newColumns)
    {
        Assert.That(Resampling.Resize(Make(rows, columns, (_, _) => 7f), newRows, newColumns).Values, Is.All.EqualTo(7f).Within(1e-5));
        Plane<float> x = Noise(24, 30, seed: 2);
        Assert.That(Resampling.Resize(x, 8, 7).Values.Average(), Is.EqualTo(x.Values.Average()).Within(1e-5), "areas weigh alike");
    }

    [Test]
    public void TheSheetOfStepsIsWrittenAndReadAgain()
    {
        DigitReading reading = DigitReader.Read(new Sheet(150, 200).Draw(DrawnDigits.Form(4, 0), pen: 8).Photograph());
        GreyImage sheet = ContactSheet.Draw([reading, reading]);
        using MemoryStream stream = new();
        PngWriter.Write(stream, sheet);
        GreyImage again = ImageFile.Decode("sheet.png", stream.ToArray()).ToGrey();
        Assert.That((again.Rows, again.Columns), Is.EqualTo((sheet.Rows, sheet.Columns)));
        Assert.That(again.Pixels.ToArray(), Is.EqualTo(sheet.Pixels.ToArray()));
    }

    private static Plane<float> Noise(int rows, int columns, int seed)
    {
        Random random = RefNet.Randomness.Seeds.Create(seed);
        return Make(rows, columns, (_, _) => random.NextSingle());
    }

    private static Plane<T> Make<T>(int rows, int columns, Func<int, int, T> value) where T : unmanaged
    {
        Plane<T> plane = new(rows, columns);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                plane[row, column] = value(row, column);
        }

        return plane;
    }
}
