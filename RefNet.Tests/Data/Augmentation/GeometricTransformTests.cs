using NUnit.Framework;
using RefNet.Data.Augmentation;
using RefNet.Tensors;
using RefNet.Tests.Golden;
using static RefNet.Tests.Data.Augmentation.Samples;

namespace RefNet.Tests.Data.Augmentation;

/// <summary>Where the pixels go.</summary>
[TestFixture]
public sealed class GeometricTransformTests
{
    private static readonly Shape Grey = new(1, 6, 6), Colour = new(3, 5, 8);

    private static readonly Fixed Flip = new(new AffineMap(-1, 0, 0, 1));

    public static IEnumerable<Shape> Shapes => [Grey, Colour, new Shape(2, 7, 4), new Shape(1, 1, 1), new Shape(1, 1, 5), new Shape(3, 4, 1)];

    [TestCaseSource(nameof(Shapes))]
    public void ZeroStrengthLeavesEveryBit(Shape shape)
    {
        float[] image = Draw(shape);
        foreach (string names in new[] { "shift:0", "crop:0", "rotate:0", "scale:1:1", "shear:0", "elastic:0:4", "shear:0,elastic:0:4,scale:1:1,shift:0,rotate:0" })
            Assert.That(Augment(names, image, shape), Is.EqualTo(image), names);
    }

    [TestCaseSource(nameof(Shapes))]
    public void T7_FlipTwiceIsTheIdentity(Shape shape)
    {
        float[] image = Draw(shape);
        float[] flipped = Augment(new AugmentationPipeline(Flip), image, shape);
        Assert.That(flipped, Is.EqualTo(Rearranged(image, shape, (row, column) => (row, shape[2] - 1 - column))));
        Assert.That(Augment(new AugmentationPipeline(Flip), flipped, shape), Is.EqualTo(image));
        Assert.That(Augment(new AugmentationPipeline(Flip, Flip), image, shape), Is.EqualTo(image), "composed");
    }

    [Test]
    public void HalfOfTheImagesAreFlipped()
    {
        float[] image = Draw(Colour);
        float[] flipped = Augment(new AugmentationPipeline(Flip), image, Colour);
        float[][] seen = [.. Enumerable.Range(0, 1000).Select(index => Augment("flip", image, Colour, index: index))];
        // The deviation of the count is √(1000/4) = 15.8; four of them are exceeded by one seed in 16,000.
        Assert.That(seen.Count(one => one.SequenceEqual(flipped)), Is.EqualTo(500).Within(63));
        Assert.That(seen.Count(one => one.SequenceEqual(flipped) || one.SequenceEqual(image)), Is.EqualTo(1000));
    }

    [Test]
    public void AShiftByWholePixelsMovesThemAndBackgroundFills([Values(-7, -2, 0, 1, 5)] int down, [Values(-3, 0, 2)] int right)
    {
        float[] image = Draw(Colour);
        Assert.That(Augment(new AugmentationPipeline(new Fixed(new AffineMap(1, 0, 0, 1, -right, -down))), image, Colour),
            Is.EqualTo(Rearranged(image, Colour, (row, column) => (row - down, column - right))));
    }

    [Test]
    public void ARandomCropIsEveryShiftByWholePixels()
    {
        float[] image = Draw(Colour);
        (int, int)[] found = [.. Enumerable.Range(0, 500).Select(index =>
        {
            float[] cropped = Augment("crop:2", image, Colour, index: index);
            return (from down in Enumerable.Range(-2, 5)
                    from right in Enumerable.Range(-2, 5)
                    where Rearranged(image, Colour, (row, column) => (row - down, column - right)).SequenceEqual(cropped)
                    select (down, right)).Single();
        })];
        Assert.That(found.Distinct().Count(), Is.EqualTo(25), "500 draws miss one of 25 in 3 seeds of 100 million");
    }

    [Test]
    public void ARotationByQuarterTurnsIsExact([Values(6, 7)] int side, [Values(-270, -90, 90, 180, 270, 360)] int degrees)
    {
        Shape shape = new(2, side, side);
        float[] image = Draw(shape), expected = image;
        // A quarter turn counterclockwise: the right edge becomes the top.
        for (int turn = 0; turn < (degrees + 360) / 90 % 4; turn++)
            expected = Rearranged(expected, shape, (row, column) => (column, side - 1 - row));
        Assert.That(Augment(new AugmentationPipeline(new Rotation(degrees, degrees)), image, shape), Is.EqualTo(expected));
    }

    [Test]
    public void APositiveShearSlantsToTheRight()
    {
        // 45 degrees: the row above the middle moves one pixel to the right, the one below to the left.
        Shape shape = new(1, 3, 5);
        float[] image = Draw(shape);
        Assert.That(Augment(new AugmentationPipeline(new Fixed(new AffineMap(1, double.TanPi(0.25), 0, 1))), image, shape),
            Is.EqualTo(Rearranged(image, shape, (row, column) => (row, column + row - 1))).Within(1e-4));
    }

    [Test]
    public void ScalingByTwoDoublesDistancesFromTheMiddle()
    {
        Shape shape = new(1, 5, 5);
        float[] image = Draw(shape), doubled = Augment("scale:2:2", image, shape);
        foreach ((int row, int column) in new[] { (0, 0), (0, 2), (2, 2), (4, 0), (4, 4) })
            Assert.That(At(doubled, shape, 0, row, column), Is.EqualTo(At(image, shape, 0, 1 + row / 2, 1 + column / 2)));
        Assert.That(At(doubled, shape, 0, 0, 1), Is.EqualTo((At(image, shape, 0, 1, 1) + At(image, shape, 0, 1, 2)) / 2), "between two pixels their mean");
    }

    [Test]
    public void TheFirstTransformIsAppliedFirst()
    {
        // A shift to the right, then a quarter turn counterclockwise, is a shift upward of what is turned.
        Fixed right = new(new AffineMap(1, 0, 0, 1, -1, 0)), up = new(new AffineMap(1, 0, 0, 1, 0, 1));
        Rotation turn = new(90, 90);
        float[] image = Draw(Grey);
        Assert.That(Augment(new AugmentationPipeline(right, turn), image, Grey), Is.EqualTo(Augment(new AugmentationPipeline(turn, up), image, Grey)));
        Assert.That(Augment(new AugmentationPipeline(right, turn), image, Grey), Is.Not.EqualTo(Augment(new AugmentationPipeline(turn, right), image, Grey)));
    }

    [Test]
    public void SuccessiveTransformsBlurOnce()
    {
        // Half a pixel there and back is nothing; resampled twice it would have averaged neighbours.
        Fixed there = new(new AffineMap(1, 0, 0, 1, 0.5, 0.5)), back = new(new AffineMap(1, 0, 0, 1, -0.5, -0.5));
        float[] image = Draw(Colour);
        Assert.That(Augment(new AugmentationPipeline(there, back), image, Colour), Is.EqualTo(image));
        Assert.That(Augment(new AugmentationPipeline(there, new Brightness(0), back), image, Colour), Is.Not.EqualTo(image), "something stands between them");
    }

    [Test]
    public void ResamplingAgreesWithPyTorch()
    {
        foreach (GoldenCase golden in GoldenFile.Cases(nameof(BilinearSampling)))
        {
            Tensor<double> x = golden.Arrays["x"];
            double[] map = [.. golden.Settings.GetProperty("map").EnumerateArray().Select(number => number.GetDouble())];
            float[] y = [.. x.Values.ToArray().Select(value => (float)value)];
            new AugmentationPipeline(new Fixed(new AffineMap(map[0], map[1], map[3], map[4], map[2], map[5]))).Apply<float>(
                y, x.Shape, new(Low: golden.Double("background")), seed: 1, epoch: 1, image: 0);
            // Places below 16 are rounded four times, by 2^-21 each; a step of a pixel is a difference of at most 8 in x and in y.
            Assert.That(y, Is.EqualTo(golden.Arrays["y"].Values.ToArray()).Within(4 * Math.Pow(2, -21) * 8 * 2), $"{golden.Settings}");
        }
    }

    [Test]
    public void DrawsFillTheirRanges()
    {
        // 2,000 uniform draws from -a to a: the mean is within 4.5 a / √6000, and the extremes within 1 % of the ends but for one seed in 10,000.
        foreach ((Func<SamplingProbe, double> measure, double least, double most, string names) in new (Func<SamplingProbe, double>, double, double, string)[]
        {
            (probe => -probe.X, -3, 3, "shift:3"),
            (probe => -probe.Y, -3, 3, "shift:3"),
            (probe => Math.Atan2(probe.YX, probe.XX) * 180 / Math.PI, -20, 20, "rotate:20"),
            (probe => 1 / probe.XX, 0.8, 1.3, "scale:0.8:1.3"),
            (probe => 1 / probe.YY, 0.8, 1.3, "scale:0.8:1.3"),
            (probe => Math.Atan(probe.XY) * 180 / Math.PI, -25, 25, "shear:25"),
        })
        {
            double[] values = [.. Enumerable.Range(0, 2000).Select(index => measure(SamplingProbe.Of(names, index)))];
            double half = (most - least) / 2;
            Assert.That(values.Min(), Is.InRange(least - 1e-4 * half, least + 0.01 * half), names);
            Assert.That(values.Max(), Is.InRange(most - 0.01 * half, most + 1e-4 * half), names);
            Assert.That(values.Average(), Is.EqualTo((least + most) / 2).Within(4.5 * half / Math.Sqrt(6000)), names);
        }
    }

    /// <summary>The affine map that a transform drew, from where it sends three places.</summary>
    private sealed record SamplingProbe(double XX, double XY, double YX, double YY, double X, double Y)
    {
        public static SamplingProbe Of(string names, int image)
        {
            float[] rows = new float[9], columns = new float[9];
            SamplingGrid grid = new(rows, columns, 3, 3);
            ImageDraws draws = new(seed: 1, epoch: 1, image, place: 0);
            ((GeometricTransform)AugmentationNames.Create(names).Transforms[0]).Map(ref draws, grid);
            return new(columns[5] - columns[4], columns[7] - columns[4], rows[5] - rows[4], rows[7] - rows[4], columns[4] - 1, rows[4] - 1);
        }
    }
}
