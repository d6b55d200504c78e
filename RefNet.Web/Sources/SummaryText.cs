using System.Net;
using System.Text.RegularExpressions;

namespace RefNet.Web.Sources;

/// <summary>Converts the documentation of a type to plain text.</summary>
internal static partial class SummaryText
{
    /// <summary>The text without tags: references are replaced by names.</summary>
    public static string Plain(string xml) =>
        Spaces().Replace(WebUtility.HtmlDecode(Tag().Replace(Reference().Replace(xml, match => match.Groups["name"].Value.Split('{')[0]), "")), " ").Trim();

    /// <summary>The lecture rows that it names after LECTURES.</summary>
    public static IReadOnlyList<string> Rows(string text) => [.. from Match mention in Mention().Matches(text) from Match row in Row().Matches(mention.Value) select row.Value];

    /// <summary>The text before the papers: the sentence with the formula.</summary>
    public static string FirstSentence(string text) => Sentence().Match(text) is { Success: true } match ? match.Value : text;

    [GeneratedRegex(@"<(?:see|paramref|typeparamref) (?:cref|name)=""(?<name>[^""]+)"" ?/>")]
    private static partial Regex Reference();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"LECTURES [^.]*")]
    private static partial Regex Mention();

    [GeneratedRegex(@"\b[XYLTDVC]\d+\b")]
    private static partial Regex Row();

    [GeneratedRegex(@"^.+?\.(?= [A-ZŁ])")]
    private static partial Regex Sentence();
}
