using NUnit.Framework;

namespace RefNet.Tests.Documentation;

[TestFixture]
public sealed class LectureIndexTests
{
    private const string HowToMend = "Mend the index with 'dotnet test -c Release --filter Name=WriteTheLectureIndex'.";

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
        Assert.Multiple(() =>
        {
            foreach (string file in MarkdownLinks.Files(Index))
                Assert.That(System.IO.Path.Combine(Repository.Root, "docs", file), Does.Exist, HowToMend);
        });
        (string, string)[] tests = [.. LectureIndex.Tests(Repository.Root).SelectMany(row => row)];
        Assert.That(LectureIndex.NamedTests(Index), Is.Not.Empty.And.SubsetOf(tests), HowToMend);
    }

    [Test]
    public void ARowIsCoveredOrNotYet()
    {
        string notYet = Index.Split('\n').Single(line => line.StartsWith("Not covered yet: ", StringComparison.Ordinal));
        Assert.That(notYet.TrimEnd('.').Split(' ', ','), Has.None.AnyOf(LectureIndex.Rows(Index).Cast<object>().ToArray()), "Take the covered rows from the last line.");
    }

    [Test, Explicit("It writes docs/lectures.md.")]
    public void WriteTheLectureIndex() => File.WriteAllText(Path, LectureIndex.Refresh(Repository.Root, Index));
}
