using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using NUnit.Framework.Internal;

namespace RefNet.Tests.Documentation;

/// <summary>What the documents show is compiled, and run where it is marked so: see <see cref="Snippet"/>.</summary>
[TestFixture]
public sealed class DocumentationTests
{
    public static IEnumerable<string> Documents
    {
        get
        {
            if (Repository.Find() is not { } root)
                return [];
            string docs = Path.Combine(root, "docs");
            string[] files = [.. Directory.GetFiles(root, "*.md"), .. Directory.Exists(docs) ? Directory.GetFiles(docs, "*.md", SearchOption.AllDirectories) : []];
            return files.Select(file => Path.GetRelativePath(root, file)).Order();
        }
    }

    [TestCaseSource(nameof(Documents))]
    public void EverySnippetCompilesAndThoseMarkedRun(string document)
    {
        foreach (Snippet snippet in Snippet.In(document, File.ReadAllText(Path.Combine(Repository.Root, document))))
            Check(snippet);
    }

    [TestCaseSource(nameof(Documents))]
    public void EveryLinkToAFileLeadsToOne(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        foreach (string target in MarkdownLinks.Files(File.ReadAllText(Path.Combine(Repository.Root, document))))
            Assert.That(Path.Exists(Path.Combine(folder, target)), Is.True, $"{document} links to {target}, which is not there.");
    }

    // A block ```cs is an excerpt of a layer, without the comments of its documentation.
    [Test]
    public void ExcerptsStandInTheLayersThatTheyAreTakenFrom()
    {
        string[] layers = [.. Directory.GetFiles(Path.Combine(Repository.Root, "RefNet", "Layers"), "*.cs").Select(file => Plain(File.ReadAllText(file)))];
        MatchCollection excerpts = Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md")), "^```cs\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.That(excerpts, Is.Not.Empty);
        foreach (Match excerpt in excerpts)
            Assert.That(layers, Has.Some.Contains(Plain(excerpt.Groups[1].Value)), $"No layer has this code any more:\n{excerpt.Groups[1].Value}");

        static string Plain(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("///")));
    }

    [Test]
    public void ASnippetThatDoesNotCompileFailsWithTheMessageOfTheCompilerAndTheLine()
    {
        Snippet snippet = Snippet.In("A.md", "Text\n\n```csharp\nint a = 1;\nint b = \"no\";\n```\n").Single();
        using (new TestExecutionContext.IsolatedContext())
        {
            Assert.That(() => Check(snippet), Throws.TypeOf<AssertionException>().With.Message.Contains("A.md line 4 does not compile")
                .And.Message.Contains("A.md(5,9): error CS0029"));
        }
    }

    [Test]
    public void ASnippetThatPrintsSomethingElseFails()
    {
        const string Markdown = "```csharp run\nConsole.WriteLine(1 + 1);\n```\n\n```text\n{0}\n```\n";
        Check(Snippet.In("A.md", Markdown.Replace("{0}", "2")).Single());
        using (new TestExecutionContext.IsolatedContext())
            Assert.That(() => Check(Snippet.In("A.md", Markdown.Replace("{0}", "3")).Single()), Throws.TypeOf<AssertionException>());
    }

    [Test]
    public void OnlyMarkedSnippetsRun()
    {
        const string Markdown = "```csharp{0}\nthrow new InvalidOperationException(\"ran\");\n```\n";
        Check(Snippet.In("A.md", Markdown.Replace("{0}", "")).Single());
        Assert.That(() => Check(Snippet.In("A.md", Markdown.Replace("{0}", " run")).Single()), Throws.InvalidOperationException.With.Message.EqualTo("ran"));
    }

    [Test]
    public void ASnippetOfTestsRunsThem()
    {
        const string Markdown = "```csharp run\nusing NUnit.Framework;\n\npublic class T\n{\n    [Test]\n    public void A() => throw new NotSupportedException();\n}\n```\n";
        Assert.That(() => Check(Snippet.In("A.md", Markdown).Single()), Throws.TypeOf<NotSupportedException>());
    }

    private static void Check(Snippet snippet)
    {
        Assembly assembly = SnippetProgram.Compile(snippet);
        if (!snippet.Runs)
            return;
        string output = SnippetProgram.Run(assembly);
        if (snippet.Output is not null)
            Assert.That(output.ReplaceLineEndings("\n").TrimEnd(), Does.Match(Pattern(snippet.Output)), $"{snippet} prints something else.");
    }

    // "..." stands for what may differ from machine to machine, such as the last digits of a rounding error.
    private static string Pattern(string output) => $"^{Regex.Escape(output.TrimEnd()).Replace(@"\.\.\.", ".*")}$";
}
