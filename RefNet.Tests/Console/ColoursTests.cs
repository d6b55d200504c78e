using System.Text.RegularExpressions;
using NUnit.Framework;
using RefNet.Console;

namespace RefNet.Tests.Console;

/// <summary>The pages that the console writes and the page that it serves take their colours from one file.</summary>
[TestFixture]
public sealed class ColoursTests
{
    // What a page sets for one element.
    private static readonly string[] ofElements = ["share"];

    [Test]
    public void EveryColourThatPagesNameStandsInColoursCss()
    {
        string colours = Read("colours.css"), style = Read("style.css"), page = new HtmlPage("A page").ToHtml();
        Assert.That(page, Does.Contain(colours), "the page has the file as it stands");
        string[] defined = [.. Names(colours, @"--([\w-]+):").Distinct()];
        Assert.That(defined, Has.Length.GreaterThan(10));
        foreach ((string name, string text) in new[] { ("the page", page), ("style.css", style) })
            Assert.That(Names(text, @"var\(--([\w-]+)\)").Except(ofElements), Is.Not.Empty.And.SubsetOf(defined), name);
        Assert.That(Names(style + page.Replace(colours, ""), @"--([\w-]+):"), Is.SubsetOf(ofElements), "and nowhere else");
        Assert.That(File.ReadAllText(Path.Combine(Repository.Root, "RefNet.Web/Page/index.html")), Does.Match(@"colours\.css(.|\n)*style\.css"), "loaded first");
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, "RefNet.Web/Page", file));

    private static IEnumerable<string> Names(string text, string pattern) => Regex.Matches(text, pattern).Select(match => match.Groups[1].Value);
}
