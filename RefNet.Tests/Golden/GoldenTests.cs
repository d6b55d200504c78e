using System.Globalization;
using NUnit.Framework;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Optimizers.Schedules;
using RefNet.Regularizers;
using RefNet.Tests.Layers;

namespace RefNet.Tests.Golden;

/// <summary>RefNet in double against PyTorch in float64. The arrays are files; no Python is needed.</summary>
[TestFixture]
public sealed class GoldenTests
{
    private const string Table = "docs/pytorch.md";

    // Nothing else is excused.
    private static readonly Dictionary<string, string> WithoutCounterpart = new()
    {
        ["ChannelPadding"] = "it copies numbers; ChannelTests pins which, and PaddedShortcut has arrays",
        ["Concatenation"] = "it copies numbers; ConcatenationTests pins which",
        ["Crop"] = "it copies numbers; CropTests pins which",
        ["Dropout"] = "its masks come from the engine's own random source; DropoutTests pins their law and what they do",
        ["Identity"] = "it computes nothing",
        ["Network"] = "it is a Sequential",
        ["Product"] = "it multiplies two numbers; ProductTests pins which",
        ["SideHead"] = "it computes nothing beside its head; SideHeadTests pins where the gradient of the head comes back",
        ["StochasticDepth"] = "its draws come from the engine's own random source; StochasticDepthTests pins their law and what they do",
    };

    private static readonly IEnumerable<Type> Types =
        [.. new[] { typeof(Layer<>), typeof(Loss<>), typeof(Regularizer<>), typeof(Optimizer<>), typeof(LearningRateSchedule) }.SelectMany(EngineLayers.Concrete)];

    public static IEnumerable<TestCaseData> All => EngineLayers.AsTestCases(Types);

    public static IEnumerable<TestCaseData> WithArrays => EngineLayers.AsTestCases(Types.Where(HasArrays));

    [TestCaseSource(nameof(All))]
    public void EachTypeHasGoldenArraysOrAReason(Type type)
    {
        string name = EngineLayers.NameOf(type);
        if (WithoutCounterpart.TryGetValue(name, out string? reason))
            Assert.Pass($"{name} has none: {reason}.");
        Assert.That(HasArrays(type), Is.True,
            $"{name} has no golden arrays: write its cases in RefNet.Tests/Golden/make_golden.py, run that with PyTorch, and say in "
            + $"{nameof(GoldenTypes)} how the type is built from its settings. Where PyTorch has no counterpart, say why in {nameof(WithoutCounterpart)}.");
    }

    [TestCaseSource(nameof(WithArrays))]
    public void RefNetAgreesWithPyTorch(Type type)
    {
        foreach (GoldenComparison comparison in GoldenComparison.Of(type))
        {
            Assert.That(comparison.Difference, Is.LessThanOrEqualTo(GoldenComparison.Tolerance),
                $"{comparison.What}:{Environment.NewLine}PyTorch {comparison.Expected}{Environment.NewLine}RefNet  {comparison.Actual}");
        }
    }

    [Test]
    public void TheTableOfDifferencesListsEveryType()
    {
        string table = File.ReadAllText(Path.Combine(Repository.Root, Table));
        foreach (Type type in Types)
            Assert.That(table, Does.Contain($"| {EngineLayers.NameOf(type)} |"), $"Write {Table} anew: dotnet test -c Release --filter Name=WriteTheTableOfDifferences");
    }

    [Test, Explicit("It writes docs/pytorch.md.")]
    public void WriteTheTableOfDifferences()
    {
        string[] rows = [.. Types.Where(HasArrays).Select(Row), .. WithoutCounterpart.Select(pair => $"| {pair.Key} | none: {pair.Value} | | | |")];
        File.WriteAllText(Path.Combine(Repository.Root, Table), $"""
            # RefNet against PyTorch

            The largest difference between RefNet in double and PyTorch 1.13 in float64 over all golden cases of a type (outputs,
            input gradients, parameter gradients, buffers; paths of 100 steps for optimisers), relative to the largest element of
            the array. The tests allow 1e-10. RefNet.Tests/Golden holds the arrays and the script that made them.

            This table is written by `dotnet test -c Release --filter Name=WriteTheTableOfDifferences`; the last digits
            depend on the machine.

            | type | counterpart | cases | numbers compared | largest difference |
            |---|---|---|---|---|
            {string.Join('\n', rows)}

            """);
    }

    private static bool HasArrays(Type type) => GoldenFile.Names.Contains(EngineLayers.NameOf(type));

    private static string Row(Type type)
    {
        string name = EngineLayers.NameOf(type);
        GoldenComparison[] comparisons = [.. GoldenComparison.Of(type)];
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {GoldenFile.Counterpart(name)} | {GoldenFile.Cases(name).Count} | {comparisons.Sum(c => c.Expected.Count)} | {comparisons.Max(c => c.Difference):0.0e-0} |");
    }
}
