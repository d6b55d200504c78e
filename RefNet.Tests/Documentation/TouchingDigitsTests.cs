using NUnit.Framework;
using RefNet.Console;
using RefNet.Data;
using RefNet.Data.Digits;
using RefNet.Tests.Data;
using RefNet.Tests.Data.Digits;
using RefNet.Tests.Training;

namespace RefNet.Tests.Documentation;

/// <summary>The table of docs/digits.md about digits that touch: how many predict reads, and how many it takes for others.</summary>
[TestFixture]
public sealed class TouchingDigitsTests
{
    private const string Heading = "| digits that touch | number | network | read right | uncertain, not read right | taken for one digit without a doubt |";

    private sealed record Kind(string Name, int Number, int Digits, Func<Random, (GreyImage Image, int Digit)> Draw)
    {
        public IEnumerable<Picture> Pictures()
        {
            Random random = new(1);
            return Enumerable.Range(0, Number).Select(_ => Together([.. Enumerable.Range(0, Digits).Select(_ => Draw(random))]));
        }
    }

    private sealed record Picture(DigitReading Reading, string Digits);

    [Test]
    public void DigitsAreMovedTogetherUntilTheyAreOnePart()
    {
        foreach (Picture picture in Kinds(Mnist.Load(DataFolder.Mnist).Training).SelectMany(kind => kind.Pictures().Take(2)))
            Assert.That(picture.Reading.Digits, Has.Count.EqualTo(1), picture.Digits);
    }

    [Test]
    public void TheTableHasARowForEachKindAndNetwork()
    {
        string text = File.ReadAllText(DigitsDocument.Path);
        foreach (Kind kind in Kinds(Mnist.Load(DataFolder.Mnist).Training))
            foreach (string model in DigitsDocument.Models)
                Assert.That(text, Does.Contain($"| {kind.Name} | {kind.Number} | {model} |"), "Write it anew: dotnet test -c Release --filter Name=WriteTheTableOfTouchingDigits");
    }

    [Test, Explicit("It trains lenet5 and lenet5-modern, and writes the table of docs/digits.md.")]
    public void WriteTheTableOfTouchingDigits()
    {
        using TemporaryFolder folder = new();
        Dataset mnist = Dataset.Load(DataFolder.Mnist);
        (ImageSet training, ImageSet held) = DigitsDocument.Split(mnist);
        Classifier[] classifiers = DigitsDocument.Train(mnist, folder);
        DigitsDocument.Replace(Heading, from kind in Kinds(held) from network in DigitsDocument.Models.Zip(classifiers) select Row(kind, network.First, network.Second, new Familiarity(training)));
    }

    private static string Row(Kind kind, string model, Classifier classifier, Familiarity familiarity)
    {
        DigitRecognizer recognizer = new(classifier, Task.FromResult<Familiarity?>(familiarity));
        var answers = kind.Pictures().Select(picture => (Digits: recognizer.Recognize(picture.Reading), Right: picture.Digits)).ToList();
        int right = answers.Count(answer => string.Concat(answer.Digits.Select(digit => digit.Answer.Class)) == answer.Right);
        int certain = answers.Count(answer => !answer.Digits.Any(digit => digit.IsUncertain)); // never right: two digits would be two parts
        return $"| {kind.Name} | {kind.Number} | {model} | {right} | {kind.Number - right - certain} | {certain} |";
    }

    private static Kind[] Kinds(ImageSet images)
    {
        return
        [
            new Kind("pairs of held-out images", 100, Digits: 2, Image),
            new Kind("triples of held-out images", 50, Digits: 3, Image),
            new Kind("drawn pairs", 100, Digits: 2, Drawing),
        ];

        (GreyImage, int) Image(Random random)
        {
            int n = random.Next(images.Count);
            return (new GreyImage([.. images.Pixels(n).ToArray().Select(v => (byte)(255 - v))], images.Rows, images.Columns), images.Labels[n]);
        }

        (GreyImage, int) Drawing(Random random)
        {
            int digit = random.Next(10);
            return (new Sheet(120, 120).Draw(DrawnDigits.Write(digit, random), pen: 8).Photograph(), digit);
        }
    }

    // Each digit is moved to the left until the reader takes it and those before it for one.
    private static Picture Together((GreyImage Image, int Digit)[] digits)
    {
        GreyImage picture = digits[0].Image;
        foreach ((GreyImage next, _) in digits.Skip(1))
            picture = Enumerable.Range(0, next.Columns).Select(overlap => Beside(picture, next, overlap)).First(beside => DigitReader.Read(beside).Digits.Count == 1);
        return new Picture(DigitReader.Read(picture), string.Concat(digits.Select(digit => digit.Digit)));
    }

    // Dark ink on white paper: where both have ink, the darker.
    private static GreyImage Beside(GreyImage left, GreyImage right, int overlap)
    {
        int start = left.Columns - overlap, columns = start + right.Columns;
        byte[] pixels = new byte[left.Rows * columns];
        for (int row = 0; row < left.Rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                byte a = column < left.Columns ? left[row, column] : byte.MaxValue, b = column >= start ? right[row, column - start] : byte.MaxValue;
                pixels[row * columns + column] = Math.Min(a, b);
            }
        }

        return new GreyImage(pixels, left.Rows, columns);
    }
}
