namespace RefNet.Web.Sources;

/// <summary>The descriptions of rows in the lecture index.</summary>
internal static class LectureRows
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> rows = new(Read);

    /// <summary>"L3: Convolution with a flipped kernel", or the id alone where the index has no such row.</summary>
    public static string Describe(string id) => rows.Value.TryGetValue(id, out string? text) ? $"{id}: {text}" : id;

    // | id | lectures | what | code | tests |
    private static Dictionary<string, string> Read() => (SourceFile.Read("docs/lectures.md")?.Lines ?? [])
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Select(line => line.Split('|'))
        .Where(cells => cells.Length > 4)
        .GroupBy(cells => cells[1].Trim())
        .ToDictionary(row => row.Key, row => row.First()[3].Trim());
}
