using RefNet.Data.Digits;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>Writes what was recognised for people.</summary>
internal static class PredictionText
{
    private const int Shown = 3;

    public static void Write(Terminal terminal, Classifier classifier, Prediction prediction)
    {
        terminal.WriteLine($"{prediction.Path}: {Summary(classifier, prediction.Answers)}");
        for (int n = 0; n < prediction.Answers.Count; n++)
        {
            FoundDigit digit = prediction.Reading!.Digits[n];
            Answer answer = prediction.Answers[n];
            if (prediction.Answers.Count > 1)
                terminal.WriteLine($"Digit {n + 1}, {digit.Box.Columns}x{digit.Box.Rows} pixels at column {digit.Box.Left}, row {digit.Box.Top}: {classifier.Name(answer.Class)}{Doubt(answer)}");
            WriteMeasures(terminal, classifier, answer);
            terminal.WriteLine("What the network saw:");
            terminal.WriteText(DigitPicture.Draw(digit.Cell));
        }
    }

    // "7", or "314 (3 digits, from left to right; digit 2 is uncertain)".
    private static string Summary(Classifier classifier, IReadOnlyList<Answer> answers)
    {
        string[] names = [.. answers.Select(answer => classifier.Name(answer.Class))];
        if (names.Length == 1)
            return names[0] + Doubt(answers[0]);
        int[] uncertain = [.. Enumerable.Range(1, names.Length).Where(n => answers[n - 1].IsUncertain)];
        string doubt = uncertain.Length == 0 ? "" : $"; uncertain: {string.Join(", ", uncertain.Select(n => $"digit {n}"))}";
        return $"{string.Join(names.All(name => name.Length == 1) ? "" : ", ", names)} ({names.Length} digits, from left to right{doubt})";
    }

    private static string Doubt(Answer answer) =>
        !answer.IsUncertain ? "" : answer.IsRatherNone ? " (uncertain: rather none of these)" : " (uncertain)";

    private static void WriteMeasures(Terminal terminal, Classifier classifier, Answer answer)
    {
        foreach (int c in Enumerable.Range(0, answer.Measures.Length).OrderByDescending(c => answer.Measures[c]).Take(Shown))
            terminal.WriteLine($"  {classifier.Name(c)}  {(answer.AreProbabilities ? Format.Percent(answer.Measures[c]) : "score " + Format.Number(answer.Measures[c]))}");
        if (answer.NoneOfThese > 0)
            terminal.WriteLine($"  none of these  {Format.Percent(answer.NoneOfThese.Value)}");
    }
}
