using System.Text.RegularExpressions;

namespace RefNet.Tests.Documentation;

/// <summary>The links of a document.</summary>
public static partial class MarkdownLinks
{
    /// <summary>What links lead to, where that is a file or folder: [text](docs/a.md#part) gives docs/a.md.</summary>
    public static IEnumerable<string> Files(string markdown) =>
        from Match link in Link().Matches(markdown)
        let target = link.Groups["target"].Value
        where !target.Contains("://") && !target.StartsWith('#')
        select target.Split('#')[0];

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
