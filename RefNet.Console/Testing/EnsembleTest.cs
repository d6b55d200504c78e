using RefNet.Training;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>Tests the best weights of several runs together, and on several views of each image.</summary>
internal static class EnsembleTest
{
    /// <summary>The best network of a run as an ensemble member.</summary>
    public static EnsembleMember<float> Member(BestNetwork best) => new(best.Network, best.Loss, best.Scaling, best.Preparation);

    /// <summary>Writes one row per run, and the result of all together.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<RunFolder> folders, Ensemble ensemble, int views)
    {
        string[] viewed = views > 1 ? [$"{views} views"] : [];
        Table table = Terminal.Table(["run", "test error", .. viewed]);
        for (int i = 0; i < folders.Count; i++)
            Terminal.AddRow(table, [folders[i].Path, Format.Percent(ensemble.Alone[i].Confusion.ErrorRate), .. viewed.Select(_ => Format.Percent(ensemble.WithViews[i].Confusion.ErrorRate))]);
        terminal.Write(table);
        terminal.WriteLine($"Together: the mean of the probabilities{(folders.Count > 1 ? $" of {folders.Count} networks" : "")}{(views > 1 ? $" over {views} views of each image" : "")}.");
    }
}
