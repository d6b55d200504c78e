using System.Globalization;

namespace RefNet.Benchmarks;

/// <summary>Markdown, on the console and finally in a file.</summary>
internal sealed class Report(string? path) : IDisposable
{
    private readonly StringWriter text = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    public void WriteLine(string line)
    {
        Console.WriteLine(line);
        text.WriteLine(line);
    }

    /// <summary>A row of a table.</summary>
    public void Row(params IEnumerable<string> cells) => WriteLine($"| {string.Join(" | ", cells)} |");

    /// <summary>The head of a table: the first column holds words, the others numbers.</summary>
    public void Head(params IReadOnlyList<string> cells)
    {
        Row(cells);
        WriteLine("|---|" + string.Concat(Enumerable.Repeat("---:|", cells.Count - 1)));
    }

    public void Dispose()
    {
        if (path is not null)
            File.WriteAllText(path, text.ToString());
    }
}
