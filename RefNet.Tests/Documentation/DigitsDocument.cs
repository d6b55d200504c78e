using System.Text.RegularExpressions;
using NUnit.Framework;
using RefNet.Console;
using RefNet.Data;
using RefNet.Models;
using RefNet.Tests.Training;
using RefNet.Training;

namespace RefNet.Tests.Documentation;

/// <summary>What the tables of docs/digits.md are made from: both networks by their recipes, and images that neither has seen.</summary>
internal static class DigitsDocument
{
    private const int HeldOut = 5000;

    /// <summary>The networks.</summary>
    public static readonly string[] Models = ["lenet5", "lenet5-modern"];

    /// <summary>The file.</summary>
    public static string Path => System.IO.Path.Combine(Repository.Root, "docs", "digits.md");

    /// <summary>The images that the networks are trained on, and those held out.</summary>
    public static (ImageSet Training, ImageSet Held) Split(Dataset mnist) => RunOptions.Of(Architectures.Find(Models[0])).Split(mnist.Training);

    /// <summary>Trains the networks.</summary>
    public static Classifier[] Train(Dataset mnist, TemporaryFolder folder) => [.. Models.Select(model => Train(model, mnist, folder.File(model)))];

    /// <summary>Writes a table in place of the one with the same heading.</summary>
    public static void Replace(string heading, IEnumerable<string> rows)
    {
        string rule = $"|{string.Concat(Enumerable.Repeat(" --- |", heading.Count(c => c == '|') - 1))}";
        string table = $"{heading}\n{rule}\n{string.Join('\n', rows)}\n";
        File.WriteAllText(Path, Regex.Replace(File.ReadAllText(Path), $@"(?m)^{Regex.Escape(heading)}\n(\|.*\n)+", table));
    }

    private static Classifier Train(string model, Dataset mnist, string folder)
    {
        RunOptions options = RunOptions.Of(Architectures.Find(model));
        Assert.That(options.Validation, Is.EqualTo(HeldOut));
        using TrainingRun run = TrainingRun.Start(options, mnist, folder);
        run.Train(new SilentObserver(), CancellationToken.None);
        return new Classifier(BestNetwork.Load(options with { DataSha256 = mnist.Sha256 }, run.Folder));
    }
}
