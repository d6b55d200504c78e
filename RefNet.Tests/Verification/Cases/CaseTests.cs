using System.Reflection;
using NUnit.Framework;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tests.Documentation;
using RefNet.Tests.Layers;
using RefNet.Verification;

namespace RefNet.Tests.Verification.Cases;

/// <summary>The generated cases themselves: the same from the same seed, honest about what they are, and shrinkable.</summary>
[TestFixture]
public sealed class CaseTests
{
    private const int CasesEach = 8;

    private static readonly IEnumerable<LayerCase> LayerCases =
        [.. EngineCases.Layers.Values.SelectMany(draw => Enumerable.Range(0, CasesEach).Select(i => draw(Seeds.Create(5, i))))];

    // One network stands for all: their cases differ in the architecture alone.
    public static IEnumerable<string> Names => EngineCases.All.Select(source => source.Name).Where(name => name == "lenet5-modern" || !EngineCases.Models.ContainsKey(name));

    [Test]
    public void NamesAreUnique() => Assert.That(EngineCases.All.Select(source => source.Name).Select(name => name.ToLowerInvariant()), Is.Unique);

    [TestCaseSource(nameof(Names))]
    public void ASeedAndANumberAlwaysGiveTheSameCase(string name)
    {
        CaseSource source = EngineCases.All.Single(source => source.Name == name);
        CaseResult[] once = [.. Enumerable.Range(0, 3).Select(i => source.Check(7, i))];
        CaseResult[] again = [.. Enumerable.Range(0, 3).Select(i => source.Check(7, i))];
        Assert.That(once.Select(result => $"{result.Case}\n{result.Report}"), Is.EqualTo(again.Select(result => $"{result.Case}\n{result.Report}")));
        Assert.That(once.Select(result => result.Case.ToString()), Is.Unique, "other numbers give other cases");
    }

    // What is simpler than a case that passes must be a case that passes, or shrinking would lead to another failure than
    // the one it began with. Always taking the last suggestion visits deep ones.
    [TestCaseSource(nameof(Names))]
    public void SimplerCasesAreSoundAndComeToAnEnd(string name)
    {
        CaseSource source = EngineCases.All.Single(source => source.Name == name);
        for (int i = 0; i < 3; i++)
        {
            int steps = 0;
            for (Case? c = source.Check(3, i).Case; c is not null; c = c.Shrink().LastOrDefault(), steps++)
            {
                CaseResult result = CaseResult.Of(i, c);
                Assert.That(result.Passed, Is.True, $"{c}{Environment.NewLine}{result.Problem}");
                Assert.That(steps, Is.LessThan(100));
            }
        }
    }

    [TestCaseSource(nameof(Names))]
    public void WhereEverythingFailsTheSimplestCaseIsLeft(string name)
    {
        CaseSource source = EngineCases.All.Single(source => source.Name == name);
        CaseResult left = new CaseResult(0, new AlwaysWrong(source.Check(3, 0).Case), null, "wrong").Shrink();
        Assert.That(left.Case.Shrink(), Is.Empty);
    }

    // One program makes every layer as its case prints it. With the parameters and buffers of the case it must compute the
    // same bits.
    [Test]
    public void TheCSharpOfACaseMakesItsLayer()
    {
        string program = $$"""
            using RefNet.Blocks;
            using RefNet.Data.Preparation;
            using RefNet.Geometry;
            using RefNet.Layers;
            using RefNet.Tensors;

            public static class Printed
            {
                public static Layer<double>[] Make() => [{{string.Join(",\n", LayerCases.Select(c => c.Create<double>()))}}];
            }
            """;
        Assembly assembly = SnippetProgram.Compile(new Snippet("the cases", 1, program, Runs: false, Output: null));
        Layer<double>[] printed = (Layer<double>[])assembly.GetType("Printed")!.GetMethod("Make")!.Invoke(null, [])!;
        foreach ((LayerCase c, Layer<double> layer) in LayerCases.Zip(printed))
        {
            Layer<double> original = c.Create<double>();
            Assert.That(layer.GetType(), Is.EqualTo(original.GetType()), $"{c}");
            foreach ((Parameter<double> mine, Parameter<double> theirs) in layer.Parameters.Zip(original.Parameters))
                mine.Value.CopyFrom(theirs.Value.Values);
            foreach ((Buffer<double> mine, Buffer<double> theirs) in layer.Buffers.Zip(original.Buffers))
                mine.Value.CopyFrom(theirs.Value.Values);
            Assert.That(layer.NamedParameters().Select(named => named.Path), Is.EqualTo(original.NamedParameters().Select(named => named.Path)), $"{c}");
            LayerRun<double>.Of(original, c.CreateInput<double>(), c.Mode).AssertIdentical(LayerRun<double>.Of(layer, c.CreateInput<double>(), c.Mode), $"of {c}");
        }
    }

    /// <summary>A case that fails whatever it is.</summary>
    private sealed record AlwaysWrong(Case Inner) : Case
    {
        public override GradientReport Check() => throw new InvalidOperationException("wrong");

        public override IEnumerable<Case> Shrink() => Inner.Shrink().Select(simpler => new AlwaysWrong(simpler));

        public override string ToString() => $"{Inner}";
    }
}
