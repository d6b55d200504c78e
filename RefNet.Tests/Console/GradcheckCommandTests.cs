using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;
using RefNet.Layers;
using RefNet.Tensors;
using RefNet.Tests.Data;
using RefNet.Tests.Verification;
using RefNet.Verification;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RefNet.Tests.Console;

/// <summary>refnet gradcheck on the engine, and on a layer that is wrong (LECTURES T13).</summary>
[TestFixture]
public sealed class GradcheckCommandTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void T13_EverythingInTheEnginePasses()
    {
        Refnet.Result result = Refnet.Run("gradcheck", "all", "--cases", "3", "--seed", "2");
        Assert.That(result.Code, Is.Zero, $"{result}");
        string[] rows = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(rows[1..^1].Select(row => row.Split(' ')[0]), Is.EqualTo(EngineCases.All.Select(source => source.Name)));
        string[] twins = [.. EngineCases.All.Where(source => source.SameAs is not null).Select(source => source.Name)];
        Assert.That(rows.Where(row => row.Contains(" the same network as ", StringComparison.Ordinal)).Select(row => row.Split(' ')[0]), Is.EqualTo(twins));
        string[] checkedRows = [.. rows[1..].Where(row => !twins.Contains(row.Split(' ')[0]))];
        Assert.That(checkedRows.Select(row => row.TrimEnd().Split(' ')[^1]), Is.All.EqualTo("ok"));
        Assert.That(rows[^1], Does.StartWith("total "));
        Assert.That(checkedRows, Is.All.Length.EqualTo(checkedRows[0].Length), "the columns stand below each other");
        Assert.That(rows.Select(row => row.Length), Is.All.LessThanOrEqualTo(80));
    }

    [Test]
    public void NamesAreTakenInAnyCase() => Assert.That(Refnet.Run("gradcheck", "dense", "--cases", "1").Output, Does.Contain("\nDense "));

    [Test]
    public void KinksAndTiesAreCounted()
    {
        foreach (string layer in new[] { "ReLU", "MaxPooling2D" })
            Assert.That(Refnet.Run("gradcheck", layer).Output, Does.Match($@"(?m)^{layer} +100 +[\d,]+ +[1-9]\d* "), "at kinks");
    }

    [Test]
    public void AWrongLayerEndsWithCode1TheSimplestCaseAndTheLineThatReplaysIt()
    {
        Refnet.Result result = Refnet.Run(Sabotaged, default, isLive: false, "gradcheck", "all", "--seed", "4");
        Assert.That(result.Code, Is.EqualTo(1), $"{result}");
        Assert.That(result.Error, Is.Empty);
        Assert.That(result.Output, Does.Match("(?m)^Tanh .* ok").And.Match("(?m)^Sabotaged .* WRONG").And.Match("(?m)^total .* WRONG"));
        Assert.That(result.Output, Does.Match(@"Sabotaged fails in case \d+\. The simplest case that shows it:\r?\nnew Dense<double>\(3, 2, useBias: false\) at 1x3, Mode.Train, seed 0"),
            "the smallest layer that is spoilt");
        Assert.That(result.Output, Does.Match(@"Dense: weight \(2x3\) WRONG: 6 entries, worst error .*Every entry is 1\.01 times what it should be"), "which tensor of which layer");

        string line = Regex.Match(result.Output, "To replay it: dotnet run -c Release --project RefNet.Console -- (?<arguments>.*)").Groups["arguments"].Value.TrimEnd();
        Assert.That(line, Does.Match(@"^gradcheck Sabotaged --seed 4 --case \d+$"));
        Refnet.Result replayed = Refnet.Run(Sabotaged, default, isLive: false, line.Split(' '));
        Assert.That(replayed.Code, Is.EqualTo(1));
        Assert.That(Explanation(replayed), Is.EqualTo(Explanation(result)).And.Not.Empty);
        Assert.That(replayed.Output, Does.Match("(?m)^Sabotaged +1 "), "that case alone");
    }

    [Test]
    public void ALayerThatThrowsIsAFailureThatNamesTheError()
    {
        Refnet.Result result = Refnet.Run([new CaseSource("Broken", _ => new Broken())], default, isLive: false, "gradcheck", "Broken", "--json", folder.File("g.json"));
        Assert.That(result.Code, Is.EqualTo(1), $"{result}");
        Assert.That(result.Output, Does.Contain("IndexOutOfRangeException: out of the array").And.Not.Contain("   at "));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder.File("g.json")));
        Assert.That(json.RootElement.GetProperty("checked")[0].GetProperty("worst_error").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void ALayerOfWhichNothingIsCheckedFails()
    {
        Refnet.Result result = Refnet.Run([new CaseSource("Begun", _ => new Begun())], default, isLive: false, "gradcheck", "Begun", "--cases", "3");
        Assert.That(result.Code, Is.EqualTo(1), $"{result}");
        Assert.That(result.Output, Does.Match("(?m)^Begun +3 .* WRONG").And.Contain("Begun: nothing was checked, since all gradients are zero in every case"));
    }

    [Test]
    public void ABackendIsCheckedAndNamedInTheLineThatReplays()
    {
        Refnet.Result right = Refnet.Run("gradcheck", "Convolution2D", "--cases", "5", "--backend", "reference");
        Assert.That(right.Code, Is.Zero, $"{right}");
        Assert.That(right.Output, Does.StartWith("backend: reference").And.Match("(?m)^Convolution2D +5 .* ok"));
        Refnet.Result wrong = Refnet.Run(Sabotaged, default, isLive: false, "gradcheck", "Sabotaged", "--seed", "4", "--backend", "reference");
        Assert.That(wrong.Output, Does.Match(@"(?m)^To replay it: .* gradcheck Sabotaged --seed 4 --case \d+ --backend reference\r?$"));
    }

    [Test]
    public void ALiveTerminalShowsABarAndTheSameTable()
    {
        Refnet.Result live = Refnet.Run(default, isLive: true, "gradcheck", "Tanh");
        Assert.That(live.Code, Is.Zero, $"{live}");
        Assert.That(live.Output, Does.Contain("\u001b[").And.Match(@"Tanh +100 .*ok"));
    }

    [Test]
    public void TheJsonHoldsEveryCaseTensorAndKink()
    {
        Refnet.Result result = Refnet.Run(Sabotaged, default, isLive: false, "gradcheck", "all", "--cases", "30", "--json", folder.File("g.json"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder.File("g.json")));
        JsonElement root = json.RootElement;
        Assert.That(root.GetProperty("passed").GetBoolean(), Is.False);
        Assert.That(root.GetProperty("seed").GetInt32(), Is.EqualTo(1));

        JsonElement[] rows = [.. root.GetProperty("checked").EnumerateArray()];
        JsonElement good = rows.Single(row => row.GetProperty("name").GetString() == "ReLU");
        JsonElement[] tensors = [.. good.GetProperty("cases").EnumerateArray().SelectMany(c => c.GetProperty("tensors").EnumerateArray())];
        Assert.That(good.GetProperty("cases").GetArrayLength(), Is.EqualTo(30));
        Assert.That(tensors.Sum(tensor => tensor.GetProperty("entries").GetInt32()), Is.EqualTo(good.GetProperty("entries").GetInt32()));
        Assert.That(tensors.Sum(tensor => tensor.GetProperty("kinks").GetArrayLength()), Is.EqualTo(good.GetProperty("at_kinks").GetInt32()).And.Positive);
        Assert.That(tensors.Max(tensor => tensor.GetProperty("worst").GetProperty("error").GetDouble()), Is.EqualTo(good.GetProperty("worst_error").GetDouble()));
        Assert.That(good.TryGetProperty("failure", out _), Is.False);

        JsonElement failure = rows.Single(row => row.GetProperty("name").GetString() == "Sabotaged").GetProperty("failure");
        Assert.That(result.Output, Does.Contain(failure.GetProperty("replay").GetString()!).And.Contain(failure.GetProperty("simplest").GetProperty("case").GetString()!));
        JsonElement weight = failure.GetProperty("simplest").GetProperty("tensors").EnumerateArray().Single(tensor => !tensor.GetProperty("passed").GetBoolean());
        JsonElement worst = weight.GetProperty("worst");
        Assert.That(weight.GetProperty("name").GetString(), Is.EqualTo("weight"));
        Assert.That(worst.GetProperty("analytic").GetDouble() / worst.GetProperty("numeric").GetDouble(), Is.EqualTo(1.01).Within(1e-6));
    }

    [Test]
    [Platform("Linux", Reason = "The folder is one in which nobody can make a file.")]
    public void AJsonFileThatCannotBeMadeIsFoundBeforeTheWork()
    {
        Refnet.Result result = Refnet.Run("gradcheck", "all", "--json", "/proc/g.json");
        Assert.That(result.Code, Is.EqualTo(1), $"{result}");
        Assert.That(result.Error, Does.StartWith("error: ").And.Contain("/proc/g.json"));
        Assert.That(result.Output, Is.Empty, "no row of the table");

        folder.Write("old.json", "old"u8.ToArray());
        Assert.That(Refnet.Run("gradcheck", "Tanh", "--cases", "1", "--json", folder.File("old.json")).Code, Is.Zero);
        Assert.That(Directory.GetFiles(folder.Path).Select(Path.GetFileName), Is.EqualTo(new[] { "old.json" }), "nothing is left beside it");
    }

    private static IReadOnlyList<CaseSource> Sabotaged =>
    [
        .. EngineCases.All.Where(source => source.Name is "Tanh" or "ReLU"),
        new CaseSource("Sabotaged", random => new SabotagedCase(EngineCases.Layers["Dense"](random))),
    ];

    private static string Explanation(Refnet.Result result) => result.Output[result.Output.IndexOf("Sabotaged fails", StringComparison.Ordinal)..];

    /// <summary>A Dense layer whose weight gradient is 1 % too large, where it has three inputs or more and two units or more.</summary>
    private sealed record SabotagedCase(LayerCase Dense) : Case
    {
        public override GradientReport Check() => GradientCheck.Run(
            new Saboteur(Dense.Create<double>(), Spoil) { Name = "Dense" }, Dense.CreateInput<double>(), Dense.Mode, Dense.Seed);

        public override IEnumerable<Case> Shrink() => Dense.Shrink().Select(simpler => new SabotagedCase(simpler));

        public override string ToString() => $"{Dense}";

        private static void Spoil(Tensor<double> dY, Tensor<double> dX, Tensor<double>[] added)
        {
            if (added[0].Shape[0] >= 2 && added[0].Shape[1] >= 3)
                TensorPrimitives.Multiply(added[0].Values, 1.01, added[0].Span);
        }
    }

    /// <summary>A layer that was begun and never filled in.</summary>
    private sealed record Begun : Case
    {
        public override GradientReport Check() => GradientCheck.Run(new ElementwiseLayer(_ => 0, _ => 0), new Shape(2), Mode.Train);

        public override IEnumerable<Case> Shrink() => [];

        public override string ToString() => "new Begun()";
    }

    private sealed record Broken : Case
    {
        public override GradientReport Check() => throw new IndexOutOfRangeException("out of the array");

        public override IEnumerable<Case> Shrink() => [];

        public override string ToString() => "new Broken()";
    }
}
