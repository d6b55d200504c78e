using NUnit.Framework;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Whether probabilities can be believed, on answers counted by hand.</summary>
[TestFixture]
public sealed class CalibrationTests
{
    [Test]
    public void TheExpectedErrorIsTheGapOfEachBinWeightedByItsAnswers()
    {
        Calibration calibration = new(bins: 10);
        foreach (bool isRight in new[] { true, true, true, false })
            calibration.Add(0.95, isRight);
        calibration.Add(0.65, isRight: true);
        // 4/5 |0.75 - 0.95| + 1/5 |1 - 0.65|
        Assert.That(calibration.ExpectedError, Is.EqualTo(0.8 * 0.2 + 0.2 * 0.35).Within(1e-12));
        Assert.That(calibration.Overconfidence, Is.EqualTo((4 * 0.95 + 0.65 - 4) / 5).Within(1e-12));
        Assert.That((calibration.Count(9), calibration.Accuracy(9), calibration.Count(6)), Is.EqualTo((4, 0.75, 1)));
    }

    [TestCase(0, 0), TestCase(0.1, 0), TestCase(0.11, 1), TestCase(0.5, 4), TestCase(1, 9), TestCase(1.0000001, 9), TestCase(-1e-9, 0)]
    public void ABinHasItsUpperEnd(double confidence, int bin)
    {
        Calibration calibration = new();
        calibration.Add(confidence, isRight: true);
        Assert.That(calibration.Count(bin), Is.EqualTo(1));
    }

    [Test]
    public void NothingIsNoNumberAndNoNumberIsRefused()
    {
        Calibration calibration = new();
        Assert.That(calibration.ExpectedError, Is.NaN);
        Assert.That(() => calibration.Add(double.NaN, isRight: false), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
