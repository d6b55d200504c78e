using System.Text.RegularExpressions;

namespace RefNet.Tests.Documentation;

/// <summary>
/// From slide to code to test: the rows of the lecture list, the files of the engine that name them, the tests that do.
/// </summary>
public static partial class LectureIndex
{
    /// <summary>Row -> files of the engine, relative to the root, that name it behind LECTURES or in brackets.</summary>
    public static ILookup<string, string> Code(string root) => (
        from file in Sources(root, "RefNet")
        from Match mention in Mention().Matches(File.ReadAllText(Path.Combine(root, file)))
        from Match row in Row().Matches(mention.Value)
        select (Row: row.Value, File: file)).Distinct().ToLookup(pair => pair.Row, pair => pair.File);

    /// <summary>Row -> tests whose names begin with it: X3_ThePapersTable...</summary>
    public static ILookup<string, (string File, string Test)> Tests(string root) => (
        from file in Sources(root, "RefNet.Tests")
        from Match test in Test().Matches(File.ReadAllText(Path.Combine(root, file)))
        from Match row in Row().Matches(test.Groups["rows"].Value.Replace('_', ' '))
        select (Row: row.Value, File: file, Test: test.Groups["name"].Value)).ToLookup(item => item.Row, item => (item.File, item.Test));

    /// <summary>The index as a document.</summary>
    /// <param name="root">The folder of the checkout.</param>
    /// <param name="lectures">The text of the lecture list.</param>
    public static string Write(string root, string lectures)
    {
        ILookup<string, string> code = Code(root);
        ILookup<string, (string File, string Test)> tests = Tests(root);
        IEnumerable<string> rows =
            from Match row in ListedRow().Matches(lectures)
            let id = row.Groups["id"].Value
            where code.Contains(id) || tests.Contains(id)
            let inCode = string.Join(", ", code[id].Select(Link))
            let inTests = string.Join(", ", tests[id].GroupBy(test => test.File).Select(file => $"{Link(file.Key)}: {string.Join(", ", file.Select(test => test.Test))}"))
            select $"| {id} | {row.Groups["seed"].Value} | {row.Groups["what"].Value} | {inCode} | {inTests} |";
        return $"""
            # From slide to code to test

            The rows of the lectures that RefNet answers so far. Tests carry the row in their names, so that
            `dotnet test -c Release --filter Name~X3_` runs what shows row X3.

            This index is written by `dotnet test -c Release --filter Name=WriteTheLectureIndex`.

            | row | lecture | what | code | tests |
            |---|---|---|---|---|
            {string.Join('\n', rows)}

            """;
    }

    private static string Link(string file) => $"[{Path.GetFileNameWithoutExtension(file)}](../{file})";

    private static IEnumerable<string> Sources(string root, string folder) => Directory
        .EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
        .Where(file => !file.Contains("/obj/") && !file.Contains("/bin/")).Order(StringComparer.Ordinal);

    // Behind LECTURES to the end of the sentence, or (X24); elsewhere C3 is a layer of LeNet-5 and L2 a norm.
    [GeneratedRegex(@"LECTURES [^.]*|\(X\d+\)")]
    private static partial Regex Mention();

    [GeneratedRegex(@"\b[XYLTDVC]\d+\b")]
    private static partial Regex Row();

    [GeneratedRegex(@"public void (?<name>(?<rows>[XYLTDVC]\d+(_[XYLTDVC]\d+)*)(_\w+)?)\(")]
    private static partial Regex Test();

    [GeneratedRegex(@"^\| (?<id>[XYLTDVC]\d+) \| (?<seed>[^|]*) \| (?<what>[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex ListedRow();
}
