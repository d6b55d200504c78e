using System.Text.RegularExpressions;
using NUnit.Framework;
using RefNet.Console;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Regularizers;

namespace RefNet.Tests.Layers;

/// <summary>
/// What must stand beside the code of every layer, loss, regulariser and optimiser: cases for the laws, the lecture row that it
/// answers, and a numbered derivation whose numbers the code repeats. And what must not stand in a layer: how it is made fast.
/// </summary>
[TestFixture]
public sealed partial class LayerSourceTests
{
    public static IEnumerable<TestCaseData> Layers => EngineLayers.AsTestCases(EngineLayers.Types);

    public static IEnumerable<TestCaseData> WithGradient => EngineLayers.AsTestCases(
        [.. EngineLayers.Types, .. EngineLayers.Concrete(typeof(Loss<>)), .. EngineLayers.Concrete(typeof(Regularizer<>))]);

    public static IEnumerable<TestCaseData> Everything => [.. WithGradient, .. EngineLayers.AsTestCases(EngineLayers.Concrete(typeof(Optimizer<>)))];

    [TestCaseSource(nameof(WithGradient))]
    public void WhatHasAGradientHasCases(Type type) => Assert.That(EngineCases.All.Select(source => source.Name), Does.Contain(EngineLayers.NameOf(type)),
        $"{EngineLayers.NameOf(type)} has no cases, so that no law is tested and gradcheck does not know it: write a LayerCase (or "
        + $"extend LossCase or RegularizerCase) in RefNet/Verification/Cases and add a line to {nameof(EngineCases)}.");

    [TestCaseSource(nameof(Everything))]
    public void TheSummaryNamesALectureRow(Type type) => Assert.That(LectureRows(type), Is.Not.Empty,
        $"Add to the <summary> of {EngineLayers.NameOf(type)} the rows of docs/lectures.md that it answers, such as 'LECTURES L2, Y7'.");

    [TestCaseSource(nameof(Everything))]
    public void TheLectureRowsExist(Type type)
    {
        string[] rows = [.. LectureIndex.Rows(File.ReadAllText(Path.Combine(Repository.Root, LectureIndex.File)))];
        foreach (string row in LectureRows(type))
            Assert.That(rows, Does.Contain(row), $"{LectureIndex.File} has no row {row}; {EngineLayers.NameOf(type)} names it.");
    }

    [TestCaseSource(nameof(WithGradient))]
    public void AboveBackwardStandsItsDerivationInNumberedSteps(Type type)
    {
        if (type.BaseType is { IsAbstract: false, Name: var made })
            Assert.Pass($"It is a {made.Split('`')[0]}: its Backward stands there.");
        string name = EngineLayers.NameOf(type);
        string source = Repository.SourceOf(type);
        Match backward = BackwardWithComment().Match(source);
        Assert.That(backward.Success, Is.True,
            $"Above Backward in {name}.cs, derive it in a comment of numbered steps: '// (1) dW_cd = ...', then '// (2) ...'.");

        string[] steps = [.. Step().Matches(backward.Groups["derivation"].Value).Select(step => step.Value)];
        Assert.That(steps, Does.Contain("(1)"), $"The derivation above Backward in {name}.cs needs numbered steps, from (1) on.");

        string[] onCode = [.. CodeComment().Matches(source[(backward.Index + backward.Length)..]).SelectMany(comment => Step().Matches(comment.Value)).Select(step => step.Value).Distinct()];
        Assert.That(onCode, Does.Contain(steps.Order(StringComparer.Ordinal).Last()),
            $"Put the numbers of the derivation on the lines of Backward in {name}.cs that compute them: 'dX = ...; // (1)'. The last step is missing.");
        Assert.That(onCode, Is.SubsetOf(steps), $"A line of Backward in {name}.cs names a step that the derivation above it does not have.");
    }

    // One hop from the mathematics to the loops.
    [TestCaseSource(nameof(FilesThatCallTheBackend))]
    public void TheRemarksNameTheFilesWithTheLoops(string file)
    {
        string source = File.ReadAllText(Path.Combine(Repository.Root, file));
        string[] called = [.. Operation().Matches(source).Select(call => FileOfLoops(call.Groups["name"].Value)).Distinct()];
        string[] named = Loops().Match(source).Groups["files"].Value.Split(", ");
        Assert.That(named, Is.EquivalentTo(called), $"Write into the <remarks> of {file}, as a line of its own: 'Loops: {string.Join(", ", called)}.'");
    }

    // A student reads mathematics here. What makes it fast belongs behind a backend.
    [TestCaseSource(nameof(Layers))]
    public void ALayerHoldsNoSpeedIdiom(Type type)
    {
        string source = Repository.SourceOf(type);
        foreach (string idiom in new[] { "static (", "ParallelLoop", "Scratch<", "Vector<", "Vector256", "Vector512", "unsafe", "RefNet.Backends.Simd" })
        {
            Assert.That(source, Does.Not.Contain(idiom),
                $"{EngineLayers.NameOf(type)}.cs holds '{idiom}'. Where it must be fast, make its loop an operation of IBackend, whose Simd implementation may do this.");
        }
    }

    // A network prints as the C# that makes it, arguments and all.
    [TestCaseSource(nameof(Layers))]
    public void ALayerWithSettingsPrintsThem(Type type)
    {
        if (type.GetConstructors().All(constructor => constructor.GetParameters().Length == 0))
            return;
        Assert.That(type.GetMethod(nameof(ToString), Type.EmptyTypes)!.DeclaringType!.Name, Is.Not.EqualTo(typeof(Layer<>).Name),
            $"{EngineLayers.NameOf(type)} has a constructor with arguments: override ToString with CSharp.New(this, ...) so that a network prints them.");
    }

    private static IEnumerable<string> FilesThatCallTheBackend() =>
        from folder in new[] { "RefNet/Layers", "RefNet/Blocks" }
        from path in Repository.Find() is { } root ? Directory.GetFiles(Path.Combine(root, folder)) : []
        let name = Path.GetFileName(path)
        where !name.StartsWith("Layer.", StringComparison.Ordinal) && name != "Parameter.cs" && Operation().IsMatch(File.ReadAllText(path))
        orderby name
        select $"{folder}/{name}";

    // ReferenceBackend.Map for Map; ReferenceConvolution for Convolution, which is a class of its own.
    private static string FileOfLoops(string operation) => Directory
        .GetFiles(Path.Combine(Repository.Root, "RefNet/Backends/Reference"))
        .Where(path => Regex.IsMatch(File.ReadAllText(path), $@"^    public \S+ {operation}\(", RegexOptions.Multiline))
        .Select(path => Path.GetFileNameWithoutExtension(path) is var name && name == "ReferenceBackend" ? $"Reference{operation}" : name)
        .Single();

    private static string[] LectureRows(Type type)
    {
        string summary = Summary().Match(Repository.SourceOf(type)).Value;
        int start = summary.IndexOf("LECTURES", StringComparison.Ordinal);
        return start < 0 ? [] : [.. Row().Matches(summary[start..]).Select(row => row.Value)];
    }

    // The first summary of a file is that of its type.
    [GeneratedRegex("<summary>.*?</summary>", RegexOptions.Singleline)]
    private static partial Regex Summary();

    [GeneratedRegex(@"\b[XYLTDVC]\d+\b")]
    private static partial Regex Row();

    [GeneratedRegex(@"\b[bB]ackend\.(?<name>[A-Z]\w*)\(")]
    private static partial Regex Operation();

    [GeneratedRegex(@"^/// (<remarks>)?Loops: (?<files>[\w., ]+)\.(</remarks>)?$", RegexOptions.Multiline)]
    private static partial Regex Loops();

    // A block of comments, the documentation of Backward, and its first line. An activation gives its slope, and a block the
    // way of the gradient through its layers.
    [GeneratedRegex(@"(?<derivation>(^ *// .*\n)+)\s*(^ *///.*\n)*^ *(public|protected|private protected).* (Backward|Slope|ComputeGradient)\(", RegexOptions.Multiline)]
    private static partial Regex BackwardWithComment();

    [GeneratedRegex(@"\(\d\)")]
    private static partial Regex Step();

    [GeneratedRegex(@"[;{] *// .*$", RegexOptions.Multiline)]
    private static partial Regex CodeComment();
}
