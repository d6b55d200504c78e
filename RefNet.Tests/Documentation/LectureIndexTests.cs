using NUnit.Framework;
using RefNet.Console;

namespace RefNet.Tests.Documentation;

[TestFixture]
public sealed class LectureIndexTests
{
    private const string HowToMend = "Mend the index with 'dotnet run -c Release --project RefNet.Console -- lecture --markdown'.";

    private static string Path => System.IO.Path.Combine(Repository.Root, LectureIndex.File);

    private static string Index => File.ReadAllText(Path);

    [Test]
    public void EveryRowThatTheCodeOrATestNamesStandsInTheIndex()
    {
        IEnumerable<string> named = [.. LectureIndex.Code(Repository.Root).Select(row => row.Key), .. LectureIndex.Tests(Repository.Root).Select(row => row.Key)];
        Assert.That(named.Distinct(), Is.SubsetOf(LectureIndex.Rows(Index)), $"{LectureIndex.File} lacks a row: write its first three columns. {HowToMend}");
    }

    [Test]
    public void EveryRowOfTheIndexHasCodeOrATest()
    {
        IEnumerable<string> named = [.. LectureIndex.Code(Repository.Root).Select(row => row.Key), .. LectureIndex.Tests(Repository.Root).Select(row => row.Key)];
        Assert.That(LectureIndex.Rows(Index), Is.Unique.And.SubsetOf(named), $"{LectureIndex.File} lists a row that nothing answers.");
    }

    [Test]
    public void TheFilesAndTestsThatTheIndexNamesExist()
    {
        string root = Repository.Root, index = Index; // nothing can be skipped within Multiple
        Assert.Multiple(() =>
        {
            foreach (string file in MarkdownLinks.Files(index))
                Assert.That(System.IO.Path.Combine(root, "docs", file), Does.Exist, HowToMend);
        });
        (string, string)[] tests = [.. LectureIndex.Tests(root).SelectMany(row => row)];
        Assert.That(LectureIndex.NamedTests(Index), Is.Not.Empty.And.SubsetOf(tests), HowToMend);
    }

    [Test, Explicit("It writes docs/lectures.md, as 'lecture --markdown' does.")]
    public void WriteTheLectureIndex() => File.WriteAllText(Path, LectureIndex.Refresh(Repository.Root, Index));
}
