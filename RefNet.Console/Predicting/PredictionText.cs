using RefNet.Data.Digits;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>Writes recognised digits as text.</summary>
internal static class PredictionText
{
    private const int Shown = 3;

    public static void Write(Terminal terminal, Classifier classifier, Prediction prediction)
    {
        terminal.WriteLine($"{prediction.Path}: {Summary(classifier, prediction)}");
        for (int n = 0; n < prediction.Digits.Count; n++)
        {
            RecognizedDigit digit = prediction.Digits[n];
            Box box = digit.Digit.Box;
            if (prediction.Digits.Count > 1)
                terminal.WriteLine($"Digit {n + 1}, {box.Columns}x{box.Rows} pixels at column {box.Left}, row {box.Top}: {classifier.Name(digit.Answer.Class)}{Doubt(digit)}");
            WriteMeasures(terminal, classifier, digit.Answer);
            terminal.WriteLine("What the network saw:");
            terminal.WriteText(DigitPicture.Draw(digit.Digit.Cell));
        }
    }

    // "7", or "314 (3 digits, from left to right; digits that touched were cut apart; uncertain: digit 2)".
    private static string Summary(Classifier classifier, Prediction prediction)
    {
        string[] names = [.. prediction.Digits.Select(digit => classifier.Name(digit.Answer.Class))];
        if (names.Length == 1)
            return names[0] + Doubt(prediction.Digits[0]);
        int[] uncertain = [.. Enumerable.Range(1, names.Length).Where(n => prediction.Digits[n - 1].IsUncertain)];
        string cut = prediction.HasCuts ? "; digits that touched were cut apart" : "";
        string doubt = uncertain.Length == 0 ? "" : $"; uncertain: {string.Join(", ", uncertain.Select(n => $"digit {n}"))}";
        return $"{string.Join(names.All(name => name.Length == 1) ? "" : ", ", names)} ({names.Length} digits, from left to right{cut}{doubt})";
    }

    private static string Doubt(RecognizedDigit digit) => digit.Doubt is null ? "" : digit.Doubt.Length == 0 ? " (uncertain)" : $" (uncertain: {digit.Doubt})";

    private static void WriteMeasures(Terminal terminal, Classifier classifier, Answer answer)
    {
        foreach (int c in Enumerable.Range(0, answer.Measures.Length).OrderByDescending(c => answer.Measures[c]).Take(Shown))
            terminal.WriteLine($"  {classifier.Name(c)}  {(answer.AreProbabilities ? Format.Percent(answer.Measures[c]) : "score " + Format.Number(answer.Measures[c]))}");
        if (answer.NoneOfThese > 0)
            terminal.WriteLine($"  none of these  {Format.Percent(answer.NoneOfThese.Value)}");
    }
}
