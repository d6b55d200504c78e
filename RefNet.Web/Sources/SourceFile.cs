namespace RefNet.Web.Sources;

/// <summary>A file of the engine as it was when this program was built.</summary>
internal sealed class SourceFile
{
    private static readonly string[] folders = ["RefNet/Layers", "RefNet/Blocks", "RefNet/Data/Preparation", "RefNet/Backends/Reference"];

    private SourceFile(string path, string[] lines) => (Path, Lines) = (path, lines);

    /// <summary>Its path in the project.</summary>
    public string Path { get; }

    /// <summary>Its lines.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The file of a layer or of an operation of the reference backend; null where there is none.</summary>
    public static SourceFile? Find(string name) => folders.Select(folder => Read($"{folder}/{name}.cs")).FirstOrDefault(file => file is not null);

    /// <summary>A file of the project; null if it is not embedded in the assembly.</summary>
    public static SourceFile? Read(string path)
    {
        using Stream? stream = typeof(SourceFile).Assembly.GetManifestResourceStream(path);
        if (stream is null)
            return null;
        using StreamReader reader = new(stream);
        return new SourceFile(path, reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n'));
    }

    /// <summary>The member whose first line contains a text, with its body; lines that contain a mark are marked.</summary>
    /// <param name="start">Part of its first line.</param>
    /// <param name="marks">Parts of the lines that compute.</param>
    public Excerpt? Member(string start, params string[] marks)
    {
        int first = Index(start);
        if (first < 0)
            return null;
        int last = first, depth = 0;
        for (bool hasBody = false; last < Lines.Count; last++)
        {
            depth += Lines[last].Count(c => c == '{') - Lines[last].Count(c => c == '}');
            hasBody |= Lines[last].Contains('{');
            if (depth == 0 && (hasBody || Lines[last].Contains(';')))
                break;
        }

        return Between(first, last, marks);
    }

    /// <summary>The comment with numbered steps above the member whose first line contains a text; documentation between them is skipped.</summary>
    public Excerpt? CommentAbove(string start)
    {
        int last = Index(start) - 1;
        while (last >= 0 && (Lines[last].Trim().Length == 0 || Lines[last].TrimStart().StartsWith("///", StringComparison.Ordinal)))
            last--;
        int first = last;
        while (first >= 0 && IsComment(Lines[first]))
            first--;
        return first == last || last < 0 ? null : Between(first + 1, last);
    }

    /// <summary>The contents of the type's summary as plain text.</summary>
    public string Summary()
    {
        int first = Index("/// <summary>"), last = Index("</summary>");
        if (first < 0 || last < first)
            return "";
        string text = string.Join(' ', Enumerable.Range(first, last - first + 1).Select(i => Lines[i].Trim().TrimStart('/').Trim()));
        return SummaryText.Plain(text);
    }

    private static bool IsComment(string line) => line.TrimStart().StartsWith("//", StringComparison.Ordinal) && !line.TrimStart().StartsWith("///", StringComparison.Ordinal);

    private Excerpt Between(int first, int last, params string[] marks)
    {
        string[] lines = [.. Lines.Skip(first).Take(last - first + 1)];
        int indent = lines.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return new Excerpt(Path, first + 1, [.. lines.Select(line => line.Length >= indent ? line[indent..] : line.TrimStart())],
            [.. lines.Index().Where(line => marks.Any(mark => line.Item.Contains(mark, StringComparison.Ordinal))).Select(line => first + 1 + line.Index)]);
    }

    private int Index(string part)
    {
        for (int i = 0; i < Lines.Count; i++)
        {
            if (Lines[i].Contains(part, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }
}

/// <summary>Lines of a file.</summary>
/// <param name="File">Its path in the project.</param>
/// <param name="FirstLine">The number of the first line, from 1.</param>
/// <param name="Lines">The lines.</param>
/// <param name="Marked">The numbers of the lines that compute the shown value.</param>
internal sealed record Excerpt(string File, int FirstLine, string[] Lines, int[] Marked);
