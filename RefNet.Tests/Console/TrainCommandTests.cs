using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using RefNet.Models;
using RefNet.Tests.Data;

namespace RefNet.Tests.Console;

/// <summary>From training to prediction by command lines alone, over a small set that is quick to learn.</summary>
[TestFixture]
public sealed class TrainCommandTests : CommandTests
{
    // Those for images of MNIST's size.
    private static IEnumerable<string> Models => Architectures.All
        .Where(architecture => architecture.Input.Rank == 3 && architecture.Input[1] - 2 * architecture.Recipe.Padding == 28).Select(architecture => architecture.Name);

    [Test]
    public void EvaluateGivesTheErrorThatTrainingReported([ValueSource(nameof(Models))] string model)
    {
        Refnet.Result trained = Train("run", model);
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        Assert.That(trained.Error, Is.Empty);
        Assert.That(trained.Output, Does.Contain("240 images to train on, 60 held out, 100 to test"));
        Assert.That(trained.Output, Does.Match(@"(?m)^ +2/2 +\d+\.\d{4} +\d+\.\d{4} +\d+\.\d\d % +[\d.E-]+ +\d+\.\d s"));
        Assert.That(trained.Output, Has.None.EqualTo('\u001b'), "plain lines");
        Assert.That(Directory.GetFiles(Folder.File("run")).Select(Path.GetFileName), Is.EquivalentTo(new[]
        {
            "config.json", "history.csv", "best.safetensors", "last.safetensors", "resume.safetensors", "lock",
        }));

        Refnet.Result evaluated = Refnet.Run("evaluate", Folder.File("run"), "--json", Folder.File("e.json"));
        Assert.That(evaluated.Code, Is.Zero, $"{evaluated}");
        Assert.That(Line(evaluated, "Test error: "), Is.EqualTo(Line(trained, "Test error: ")));
        Assert.That(evaluated.Output, Does.Contain("images/s"));

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Folder.File("e.json")));
        int errors = json.RootElement.GetProperty("errors").GetInt32();
        Assert.That(json.RootElement.GetProperty("images").GetInt32(), Is.EqualTo(100));
        Assert.That(json.RootElement.GetProperty("error_rate").GetDouble(), Is.EqualTo(errors / 100.0));
        Assert.That(Line(evaluated, "Test error: "), Does.Contain($"({errors} of 100 images)"));
    }

    [Test]
    public void T7_TrainingImagesAreAugmentedAndTheRunNotesHow()
    {
        Train("plain", "mlp");
        Refnet.Result augmented = Train("augmented", "mlp", "--augment", "shift:1,cifar");
        Assert.That(augmented.Code, Is.Zero, $"{augmented}");
        Assert.That(JsonNode.Parse(File.ReadAllBytes(Folder.File("augmented/config.json")))!["augment"]!.GetValue<string>(), Is.EqualTo("shift:1,crop:4,flip"));
        Assert.That(JsonNode.Parse(File.ReadAllBytes(Folder.File("plain/config.json")))!.AsObject().ContainsKey("augment"), Is.False, "runs of older versions go on");
        Assert.That(File.ReadAllBytes(Folder.File("augmented/last.safetensors")), Is.Not.EqualTo(File.ReadAllBytes(Folder.File("plain/last.safetensors"))));
        Assert.That(Refnet.Run("evaluate", Folder.File("augmented")).Code, Is.Zero);
        Assert.That(augmented.Output, Does.Contain("augmentation shift:1,crop:4,flip\n"));

        Refnet.Result wrong = Train("wrong", "mlp", "--augment", "rotat:10");
        Assert.That(wrong.Code, Is.EqualTo(2));
        Assert.That(wrong.Error, Does.Contain("--augment: Expected an augmentation, one of ").And.Contain("found 'rotat:10'. Did you mean rotate?"));
        Refnet.Result grey = Train("grey", "mlp", "--augment", "pca:0.1");
        Assert.That((grey.Code, Directory.Exists(Folder.File("grey"))), Is.EqualTo((2, false)), "before a folder is made");
    }

    [Test]
    public void ALiveTerminalShowsABarAndALineForEachEpoch()
    {
        Refnet.Result live = Refnet.Run(default, isLive: true, Arguments("live", "lenet5"));
        Assert.That(live.Code, Is.Zero, $"{live}");
        Assert.That(live.Output, Has.Some.EqualTo('\u001b'));
        Assert.That(live.Output, Does.Contain("images/s").And.Contains("left").And.Contains("accuracy"));
        Assert.That(live.Output, Does.Contain("2/2"));

        Refnet.Result plain = Refnet.Run(default, isLive: true, [.. Arguments("plain", "mlp"), "--plain"]);
        Assert.That(plain.Output, Has.None.EqualTo('\u001b'));
    }

    [Test]
    public void ARunThatDivergedAtOnceLeavesItsFolderToTheNext()
    {
        Assert.That(Refnet.Run([.. Arguments("run", "mlp"), "--learning-rate", "1e30"]).Code, Is.EqualTo(1));
        Assert.That(Refnet.Run([.. Arguments("run", "mlp"), "--learning-rate", "0.01"]).Code, Is.Zero);
        Assert.That(File.ReadAllText(Folder.File("run/config.json")), Does.Contain("\"learning_rate\": 0.01"));
    }

    [Test]
    public void ALossThatIsNotFiniteEndsWithCode1AndNamesTheStep()
    {
        Refnet.Result result = Refnet.Run([.. Arguments("run", "mlp"), "--learning-rate", "1e30"]);
        Assert.That(result.Code, Is.EqualTo(1), $"{result}");
        Assert.That(result.Error, Does.Match(@"^error: The loss became .* at step \d+ of epoch 1\. "));
    }

    [Test]
    public void AnEpochThatChangesNothingIsSaid() =>
        Assert.That(Refnet.Run([.. Arguments("run", "mlp"), "--learning-rate", "1e-30"]).Output, Does.Contain("warning: epoch 1 changed nothing").And.Contains("The learning rate 1E-30 is so small"));

    [Test]
    public void ARunIsNotWrittenOverAnother()
    {
        Train("run", "perceptron");
        byte[] before = File.ReadAllBytes(Folder.File("run/last.safetensors"));
        Refnet.Result again = Train("run", "mlp");
        Assert.That(again.Code, Is.EqualTo(2), $"{again}");
        Assert.That(again.Error, Does.Contain("holds a run already"));
        Assert.That(File.ReadAllBytes(Folder.File("run/last.safetensors")), Is.EqualTo(before));

        Folder.Write("file", [1]);
        Assert.That(Train("file", "mlp").Code, Is.EqualTo(2), "a file is in the way");
        Refnet.Result unwritable = Refnet.Run("train", "mlp", "--data", Bars.Path, "--validation", "60", "--out", OperatingSystem.IsWindows() ? @"Z:\none" : "/dev/null/run");
        Assert.That(unwritable.Code, Is.EqualTo(1), $"{unwritable}");
    }

    [Test]
    public void BadDataAreRefusedBeforeARunFolderIsMade()
    {
        (string Name, Action<DataFolder> Damage, string Part)[] damages =
        [
            ("missing", data => File.Delete(data.File(DataFolder.Names[1])), "found none of them"),
            ("truncated gzip", data => Replace(data, 0, DataFolder.Gzip(Contents(data, 0))[..^9]), "truncated or corrupt"),
            ("more after gzip", data => Replace(data, 0, [.. DataFolder.Gzip(Contents(data, 0)), 1]), "1 other bytes after the last member"),
            ("padded contents", data => Replace(data, 0, DataFolder.Gzip([.. Contents(data, 0), 0])), "padded"),
            ("wrong magic", data => Replace(data, 2, Contents(data, 3)), "which begins 00000803; found 00000801"),
            ("counts that differ", data => Replace(data, 1, DataFolder.Idx([3], new byte[3])), "one for each image"),
            ("label above 9", data => Replace(data, 3, DataFolder.Idx([4], [1, 2, 3, 77])), "found 77"),
        ];
        foreach ((string name, Action<DataFolder> damage, string part) in damages)
        {
            using DataFolder data = DataFolder.WithSmallSet();
            damage(data);
            Refnet.Result result = Refnet.Run("train", "mlp", "--data", data.Path, "--out", Folder.File("run"));
            Assert.That(result.Code, Is.EqualTo(2), $"{name}: {result}");
            Assert.That(result.Error, Does.Contain(part), name);
            Assert.That(Directory.Exists(Folder.File("run")), Is.False, name);
        }

        using DataFolder small = DataFolder.WithSmallSet();
        Refnet.Result tooMany = Refnet.Run("train", "mlp", "--data", small.Path, "--out", Folder.File("run"), "--validation", "5000");
        Assert.That(tooMany.Code, Is.EqualTo(2), $"{tooMany}");
        Assert.That(tooMany.Error, Does.Contain("Expected to hold out 0 to 5 of 6 images for validation; found 5000"));
        Assert.That(Directory.Exists(Folder.File("run")), Is.False);

        static byte[] Contents(DataFolder data, int file) => File.ReadAllBytes(data.File(DataFolder.Names[file]));
        static void Replace(DataFolder data, int file, byte[] bytes) => data.Write(DataFolder.Names[file], bytes);
    }
}
