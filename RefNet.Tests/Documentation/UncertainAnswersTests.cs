using System.Globalization;
using NUnit.Framework;
using RefNet.Console;
using RefNet.Data;
using RefNet.Data.Digits;
using RefNet.Tests.Data;
using RefNet.Tests.Data.Digits;
using RefNet.Tests.Training;

namespace RefNet.Tests.Documentation;

/// <summary>The table of docs/digits.md: how many answers predict calls uncertain, about digits and about other drawings.</summary>
[TestFixture]
public sealed class UncertainAnswersTests
{
    private sealed record Kind(string Name, DigitReading[] Pictures);

    [Test]
    public void DigitsAreFoundInEveryDrawing() =>
        Assert.That(Drawings().SelectMany(kind => kind.Pictures).Select(picture => picture.Digits.Count), Is.All.GreaterThan(0));

    [Test]
    public void TheTableHasARowForEachKind()
    {
        string text = File.ReadAllText(DigitsDocument.Path);
        foreach (Kind kind in Drawings())
            Assert.That(text, Does.Match($@"(?m)^\| {kind.Name} \| {kind.Pictures.Length} \|"), "Write it anew: dotnet test -c Release --filter Name=WriteTheTableOfUncertainAnswers");
    }

    [Test, Explicit("It trains lenet5 and lenet5-modern, and writes the table of docs/digits.md.")]
    public void WriteTheTableOfUncertainAnswers()
    {
        using TemporaryFolder folder = new();
        Dataset mnist = Dataset.Load(DataFolder.Mnist);
        (ImageSet training, ImageSet held) = DigitsDocument.Split(mnist);
        Classifier[] classifiers = DigitsDocument.Train(mnist, folder);

        // Held-out images are compared with the others: predict itself compares with all, and each has itself for its nearest.
        DigitReading[] images = [.. Enumerable.Range(0, held.Count).Select(n => DigitReader.Read(new GreyImage(held.Pixels(n).ToArray(), held.Rows, held.Columns)))];
        string[] rows = [Row(new Kind("held-out images of MNIST", images), training), .. Drawings().Select(kind => Row(kind, mnist.Training))];
        DigitsDocument.Replace($"| pictures | number | {string.Join(" | ", DigitsDocument.Models)} |", rows);

        string Row(Kind kind, ImageSet compared) =>
            $"| {kind.Name} | {kind.Pictures.Length.ToString("N0", CultureInfo.InvariantCulture)} | {string.Join(" | ", classifiers.Select(classifier => Shares(kind, classifier, new Familiarity(compared))))} |";
    }

    // A picture counts as uncertain if one of its digits does.
    private static string Shares(Kind kind, Classifier classifier, Familiarity familiarity)
    {
        DigitRecognizer recognizer = new(classifier, Task.FromResult<Familiarity?>(familiarity));
        double uncertain = kind.Pictures.Count(picture => recognizer.Recognize(picture).Any(digit => digit.IsUncertain));
        double byNetwork = kind.Pictures.Count(picture => picture.Digits.Any(digit => classifier.Recognize(digit.Cell).IsUncertain));
        return string.Create(CultureInfo.InvariantCulture, $"{100 * uncertain / kind.Pictures.Length:0.0} % ({100 * byNetwork / kind.Pictures.Length:0.0} %)");
    }

    private static Kind[] Drawings()
    {
        Random random = new(1);
        return
        [
            new Kind("drawn digits", [.. Enumerable.Range(0, 300).Select(n => Draw(DrawnDigits.Write(n % 10, random)))]),
            new Kind("drawings of things", [.. Variants(DrawnThings.Things, each: 6)]),
            new Kind("letters and signs", [.. Variants(DrawnThings.Letters, each: 4)]),
            new Kind("scribbles", [.. Enumerable.Range(0, 80).Select(_ => Draw(DrawnThings.Scribble(random)))]),
        ];

        IEnumerable<DigitReading> Variants(IReadOnlyList<Point[][]> forms, int each) =>
            from form in forms
            from _ in Enumerable.Range(0, each)
            select Draw(DrawnDigits.Distort(form, random));
    }

    // Black on white, with the pen of a paint program.
    private static DigitReading Draw(Point[][] strokes) => DigitReader.Read(new Sheet(200, 200).Draw(strokes, pen: 12).Photograph());
}
