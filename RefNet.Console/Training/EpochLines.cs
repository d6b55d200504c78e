using RefNet.Training;

namespace RefNet.Console;

/// <summary>Shows one line per epoch below a header, with as many columns as fit into the terminal.</summary>
internal sealed class EpochLines(Terminal terminal, int epochs) : ITrainingObserver
{
    private const int Gap = 2;

    // The higher the rank, the earlier a column is left out.
    private static readonly (string Name, int Width, int Rank)[] Columns =
    [
        ("epoch", 7, 0), ("training loss", 13, 3), ("validation loss", 15, 2), ("validation error", 16, 0), ("learning rate", 13, 4), ("time", 7, 1), ("", 4, 0),
    ];

    private int shown = -1;

    public void StepDone(EpochProgress progress) { }

    public void EpochDone(EpochRecord epoch, bool isBest)
    {
        int rank = HighestRank(terminal.Width);
        if (rank != shown)
            terminal.WriteLine(Line(rank, [.. Columns.Select(column => column.Name)]));
        shown = rank;

        terminal.WriteLine(Line(rank,
            $"{epoch.Epoch}/{epochs}", Format.Loss(epoch.TrainingLoss), epoch.ValidationLoss is { } loss ? Format.Loss(loss) : "-",
            epoch.ValidationError is { } error ? Format.Percent(error) : "-", Format.Number(epoch.LearningRate),
            Format.Time(TimeSpan.FromSeconds(epoch.Seconds)), isBest && epoch.ValidationError is not null ? "best" : ""));
    }

    public void NothingChanged(EpochRecord epoch) => terminal.WriteLine(
        $"warning: epoch {epoch.Epoch} changed nothing: the loss is the same, bit for bit. The learning rate {Format.Number(epoch.LearningRate)} is so small that steps are rounded away, or every gradient is 0.");

    private static int HighestRank(int width)
    {
        int rank = Columns.Max(column => column.Rank);
        while (rank > 0 && Columns.Where(column => column.Rank <= rank).Sum(column => column.Width + Gap) - Gap > width)
            rank--;
        return rank;
    }

    private static string Line(int rank, params string[] cells) =>
        string.Join(new string(' ', Gap), Columns.Zip(cells).Where(pair => pair.First.Rank <= rank).Select(pair => pair.Second.PadLeft(pair.First.Width))).TrimEnd();
}
