using RefNet.Data;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>The section of a report on the worst answers: pictures, each with the network's answers.</summary>
internal static class ReportMistakes
{
    private const int Guesses = 3;

    /// <summary>Adds the section.</summary>
    public static void Add(HtmlPage page, TrainedRun run, ImageSet images, TestAnswers answers)
    {
        page.Heading(2, "The worst mistakes");
        string measure = answers.Worst.FirstOrDefault()?.Answer.AreProbabilities is false ? "score" : "probability";
        page.Paragraph($"The {answers.Worst.Count} test images whose true class has the smallest {measure}, the worst first, each with the three most likely classes.",
            "Images are counted from 0.");
        page.Panels([.. answers.Worst.Select(answer => new Panel(PictureOf(images, answer.Image), Caption(run, answer)))], areSmall: true);
    }

    private static string Caption(TrainedRun run, TestAnswer one)
    {
        Answer answer = one.Answer;
        IEnumerable<string> best = Enumerable.Range(0, answer.Measures.Length)
            .OrderByDescending(c => answer.Measures[c])
            .Take(Guesses)
            .Select(c => $"{Text(run.Name(c))}: {(answer.AreProbabilities ? Format.Percent(answer.Measures[c]) : Format.Number(answer.Measures[c]))}");
        string verdict = answer.Class == one.TrueClass ? "correct" : $"predicted as {Text(run.Name(answer.Class))}";
        return $"Image {one.Image}: {Text(run.Name(one.TrueClass))}, {verdict}\n{string.Join("\n", best)}";
    }

    // No line begins with the name of a class.
    private static string Text(string name) => Printable.Line(name);

    // Grey for one channel, colour for three; otherwise the first channel.
    private static Picture PictureOf(ImageSet images, int n)
    {
        int channels = images.Channels == 3 ? 3 : 1, size = images.Rows * images.Columns;
        byte[] values = new byte[channels * size];
        for (int i = 0; i < values.Length; i++)
            values[i] = images.Pixels(n)[i % channels * size + i / channels];
        return new Picture(values, images.Rows, images.Columns, channels);
    }
}
