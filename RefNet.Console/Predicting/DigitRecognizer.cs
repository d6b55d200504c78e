using RefNet.Data;
using RefNet.Data.Digits;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>
/// Recognises the digits of a picture. It accepts the network's answer where the image resembles the training images of that class.
/// Otherwise an image wide enough for several touching digits is split into the smallest number of parts that are all recognised.
/// Nonsense, too, can be split into recognisable parts if there are enough ways to split it, so such answers stay uncertain.
/// </summary>
/// <param name="classifier">The network.</param>
/// <param name="familiarity">Compares an image with the training images; null if these are missing: then nothing is split. Awaited when an answer needs it.</param>
internal sealed class DigitRecognizer(Classifier classifier, Task<Familiarity?> familiarity)
{
    private const int MostTouching = 3;

    /// <summary>The digits from left to right, line by line.</summary>
    public IReadOnlyList<RecognizedDigit> Recognize(DigitReading reading) => [.. reading.Digits.SelectMany(digit => Recognize(reading, digit))];

    private RecognizedDigit[] Recognize(DigitReading reading, FoundDigit digit)
    {
        RecognizedDigit whole = Ask(digit);
        if (!whole.IsUncertain || !reading.Cuts(digit).Any())
            return [whole];
        RecognizedDigit[]? parts = Enumerable.Range(2, MostTouching - 1).Select(count => Cut(reading, digit, count)).FirstOrDefault(parts => parts is not null);
        return parts is null
            ? [whole with { Doubt = "perhaps several digits that touch" }]
            : [.. parts.Select(part => part with { Doubt = "split from a touching digit" })];
    }

    // The split whose strangest part is the least strange; null if every split has a part that is not recognised.
    private RecognizedDigit[]? Cut(DigitReading reading, FoundDigit digit, int count)
    {
        if (count == 1)
            return Ask(digit) is { IsUncertain: false, Strangeness: not null } known ? [known] : null;
        IEnumerable<RecognizedDigit[]> cuts =
            from halves in reading.Cuts(digit)
            let left = Cut(reading, halves.Left, 1)
            where left is not null
            let right = Cut(reading, halves.Right, count - 1)
            where right is not null
            select (RecognizedDigit[])[.. left, .. right];
        return cuts.MinBy(parts => parts.Max(part => part.Strangeness));
    }

    private RecognizedDigit Ask(FoundDigit digit)
    {
        Answer answer = classifier.Recognize(digit.Cell);
        if (answer.IsUncertain)
            return new RecognizedDigit(digit, answer, Strangeness: null, answer.IsRatherNone ? "rather none of these" : "");
        double? strangeness = familiarity.Result is { } known && known.Usual(answer.Class) is { } usual ? known.Distance(digit.Cell, answer.Class) / usual : null;
        return new RecognizedDigit(digit, answer, strangeness, strangeness > 1 ? "unlike the training images" : null);
    }
}
