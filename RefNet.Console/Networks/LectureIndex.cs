using System.Text.RegularExpressions;

namespace RefNet.Console;

/// <summary>
/// From slide to code to test: the rows of docs/lectures.md, with the files of the engine and the tests that name them.
/// </summary>
internal static partial class LectureIndex
{
    /// <summary>The path of the index from the root of the checkout.</summary>
    public const string File = "docs/lectures.md";

    private const string Resource = "lectures.md";

    /// <summary>The index as it was when the program was built.</summary>
    public static string Built
    {
        get
        {
            using Stream stream = typeof(LectureIndex).Assembly.GetManifestResourceStream(Resource)!;
            using StreamReader reader = new(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>The folder of RefNet.sln, from the current folder or the program upward; null outside a checkout.</summary>
    public static string? Root =>
        new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory }.SelectMany(Upward).FirstOrDefault(folder => System.IO.File.Exists(Path.Combine(folder, "RefNet.sln")));

    /// <summary>Row -> files of the engine, relative to the root, that name it after LECTURES or in parentheses.</summary>
    public static ILookup<string, string> Code(string root) => (
        from file in Sources(root, "RefNet")
        from Match mention in Mention().Matches(System.IO.File.ReadAllText(Path.Combine(root, file)))
        from Match row in Row().Matches(mention.Value)
        select (Row: row.Value, File: file)).Distinct().ToLookup(pair => pair.Row, pair => pair.File);

    /// <summary>Row -> tests whose names begin with it: X3_ThePapersTable...</summary>
    public static ILookup<string, (string File, string Test)> Tests(string root) => (
        from file in Sources(root, "RefNet.Tests")
        from Match test in Test().Matches(System.IO.File.ReadAllText(Path.Combine(root, file)))
        from Match row in Row().Matches(test.Groups["rows"].Value.Replace('_', ' '))
        select (Row: row.Value, File: file, Test: test.Groups["name"].Value)).ToLookup(item => item.Row, item => (item.File, item.Test));

    /// <summary>The index with its last two columns, code and tests, updated from the sources.</summary>
    /// <param name="root">The folder of the checkout.</param>
    /// <param name="index">The present text of the index.</param>
    public static string Refresh(string root, string index)
    {
        ILookup<string, string> code = Code(root);
        ILookup<string, (string File, string Test)> tests = Tests(root);
        return IndexRow().Replace(index, row =>
        {
            string id = row.Groups["id"].Value;
            string inCode = string.Join(", ", code[id].Select(Link));
            string inTests = string.Join(", ", tests[id].GroupBy(test => test.File).Select(file => $"{Link(file.Key)}: {string.Join(", ", file.Select(test => test.Test))}"));
            return $"{row.Groups["byHand"].Value} {inCode} | {inTests} |";
        });
    }

    /// <summary>The rows that the index lists: X3 ...</summary>
    public static IEnumerable<string> Rows(string index) => IndexRow().Matches(index).Select(row => row.Groups["id"].Value);

    /// <summary>The tests that the index names, each with the file that it names for them.</summary>
    public static IEnumerable<(string File, string Test)> NamedTests(string index) =>
        from Match row in IndexRow().Matches(index)
        from Match link in TestLink().Matches(row.Groups["tests"].Value)
        from test in link.Groups["names"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries)
        select (link.Groups["file"].Value, test);

    private static string Link(string file) => $"[{Path.GetFileNameWithoutExtension(file)}](../{file})";

    private static IEnumerable<string> Sources(string root, string folder) => Directory
        .EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
        .Where(file => !file.Contains("/obj/") && !file.Contains("/bin/")).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Upward(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            yield return folder.FullName;
    }

    // After LECTURES to the end of the sentence, or (X24); elsewhere C3 is a layer of LeNet-5 and L2 a norm.
    [GeneratedRegex(@"LECTURES [^.]*|\(X\d+\)")]
    private static partial Regex Mention();

    [GeneratedRegex(@"\b[XYLTDVC]\d+\b")]
    private static partial Regex Row();

    [GeneratedRegex(@"public void (?<name>(?<rows>[XYLTDVC]\d+(_[XYLTDVC]\d+)*)(_\w+)?)\(")]
    private static partial Regex Test();

    [GeneratedRegex(@"^(?<byHand>\| (?<id>[XYLTDVC]\d+) \|[^|]*\|[^|]*\|)(?<code>[^|]*)\|(?<tests>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex IndexRow();

    [GeneratedRegex(@"\]\(\.\./(?<file>[^)]+)\): (?<names>\w+(, \w+)*)")]
    private static partial Regex TestLink();
}
