using NUnit.Framework;
using RefNet.Layers;
using RefNet.Web.Sources;

namespace RefNet.Tests.Web;

/// <summary>The page shows the sources as they are: lines that were moved or changed would be missed here.</summary>
[TestFixture]
public sealed class LayerSourceTests
{
    private static IEnumerable<string> Leaves => typeof(Layer<>).Assembly.GetTypes()
        .Where(type => type is { Namespace: "RefNet.Layers", IsAbstract: false, IsPublic: true } && type.Name.Contains('`') && IsLayer(type))
        .Select(type => type.Name.Split('`')[0]);

    [TestCaseSource(nameof(Leaves))]
    public void ALayerHasItsFormulaItsForwardAndItsDerivation(string type)
    {
        LayerSource source = LayerSource.Of(type);
        Assert.That(source.File, Is.EqualTo($"RefNet/Layers/{type}.cs"));
        Assert.That(source.Formula, Is.Not.Empty.And.Not.Contains("<see").And.Not.Contains("</"));
        Assert.That(source.Definition, Is.Not.Null, "the lines that compute its output");
        Assert.That(source.Derivation?.Lines, Is.Not.Null.And.Some.Contains("(1)"), "numbered steps above its Backward");
        Assert.That(source.Backward?.Lines, Is.Not.Null.And.Some.Contains("(1)").Or.Some.Contains("(2)"), "the same numbers on its lines");
    }

    [TestCaseSource(typeof(LayerSource), nameof(LayerSource.Defined))]
    public void TheLinesThatDefineALayerAreFoundAndMarked(string type)
    {
        Excerpt definition = LayerSource.Of(type).Definition!;
        Assert.That(definition.File, Does.StartWith("RefNet/Backends/Reference/"));
        Assert.That(definition.Marked, Is.Not.Empty, "The line that computes has changed: change it in LayerSource too.");
        string[] file = File.ReadAllLines(Path.Combine(Repository.Root, definition.File));
        foreach (int line in definition.Marked)
            Assert.That(file[line - 1].Trim(), Is.EqualTo(definition.Lines[line - definition.FirstLine].Trim()), "the numbers of lines are those of the file");
    }

    [Test]
    public void ALectureRowSaysWhatItIsAbout() => Assert.That(LayerSource.Of("Dense").Lectures, Has.Some.StartsWith("L2: ").And.Some.StartsWith("Y7: "));

    private static bool IsLayer(Type type)
    {
        for (Type? at = type.BaseType; at is not null; at = at.BaseType)
        {
            if (at.IsGenericType && at.GetGenericTypeDefinition() == typeof(Layer<>))
                return true;
        }

        return false;
    }
}
