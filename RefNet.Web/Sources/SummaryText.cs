using System.Net;
using System.Text.RegularExpressions;

namespace RefNet.Web.Sources;

/// <summary>Makes plain text of the documentation of a type.</summary>
internal static partial class SummaryText
{
    /// <summary>Without tags: names stand in the place of references.</summary>
    public static string Plain(string xml) =>
        Spaces().Replace(WebUtility.HtmlDecode(Tag().Replace(Reference().Replace(xml, match => match.Groups["name"].Value.Split('{')[0]), "")), " ").Trim();

    /// <summary>The rows of the lectures that it names behind LECTURES.</summary>
    public static IReadOnlyList<string> Rows(string text) => [.. from Match mention in Mention().Matches(text) from Match row in Row().Matches(mention.Value) select row.Value];

    /// <summary>What stands in front of the papers: the sentence with the formula.</summary>
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
