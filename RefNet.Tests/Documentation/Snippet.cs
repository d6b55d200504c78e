using System.Text.RegularExpressions;

namespace RefNet.Tests.Documentation;

/// <summary>
/// A fenced block ```csharp of a document. ```csharp run says that it is also run; a block ```text right behind it is then
/// what it prints, with ... for what may differ from machine to machine.
/// </summary>
/// <param name="Document">The file, as the repository names it.</param>
/// <param name="Line">The line of its first line of code, from 1.</param>
/// <param name="Code">The code.</param>
/// <param name="Runs">Whether it is marked to be run.</param>
/// <param name="Output">What it must print; null where the document does not say.</param>
public sealed partial record Snippet(string Document, int Line, string Code, bool Runs, string? Output)
{
    /// <summary>The snippets of a document.</summary>
    public static IEnumerable<Snippet> In(string document, string markdown) =>
        from Match block in Block().Matches(markdown)
        let line = markdown[..block.Groups["code"].Index].Count(character => character == '\n') + 1
        let output = block.Groups["output"]
        select new Snippet(document, line, block.Groups["code"].Value, block.Groups["marker"].Value == "run", output.Success ? output.Value : null);

    public override string ToString() => $"{Document} line {Line}";

    [GeneratedRegex(@"^```csharp *(?<marker>\w*) *\n(?<code>.*?)^```\n(\n*```text\n(?<output>.*?)^```$)?", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
