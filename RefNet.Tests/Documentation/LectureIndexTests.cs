using NUnit.Framework;

namespace RefNet.Tests.Documentation;

[TestFixture]
public sealed class LectureIndexTests
{
    private const string Index = "docs/lectures.md";

    [Test]
    public void EveryRowThatTheEngineNamesStandsInTheIndex()
    {
        string index = File.ReadAllText(Path.Combine(Repository.Root, Index));
        foreach (IGrouping<string, string> row in LectureIndex.Code(Repository.Root))
        {
            Assert.That(index, Does.Contain($"| {row.Key} |"),
                $"{string.Join(", ", row)} names row {row.Key}: write {Index} anew with 'dotnet test -c Release --filter Name=WriteTheLectureIndex'.");
        }
    }

    [Test]
    public void TheTestsThatTheIndexNamesExist()
    {
        string index = File.ReadAllText(Path.Combine(Repository.Root, Index));
        IEnumerable<string> rows = index.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1);
        HashSet<string> tests = [.. LectureIndex.Tests(Repository.Root).SelectMany(row => row).Select(test => test.Test)];
        foreach (string name in rows.SelectMany(row => row.Split('|')[5].Split([' ', ','])).Where(word => word.Contains('_')))
            Assert.That(tests, Does.Contain(name), $"{Index} names a test that is gone: write it anew with 'dotnet test -c Release --filter Name=WriteTheLectureIndex'.");
    }

    [Test, Explicit("It writes docs/lectures.md.")]
    public void WriteTheLectureIndex() => File.WriteAllText(
        Path.Combine(Repository.Root, Index), LectureIndex.Write(Repository.Root, File.ReadAllText(Repository.Shared("LECTURES.md"))));
}
