using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using RefNet.Console;
using RefNet.Data;
using RefNet.Interop;
using RefNet.Models;
using RefNet.Tensors;
using RefNet.Tests.Data;
using RefNet.Tests.Data.Digits;
using RefNet.Tests.Training;
using RefNet.Training;

namespace RefNet.Tests.Console;

/// <summary>From training to prediction by command lines alone, over a small set that is quick to learn.</summary>
[TestFixture]
public sealed class TrainCommandTests
{
    private static readonly Lazy<DataFolder> Bars = new(() => DataFolder.With(SyntheticData.Create()));

    // Those for images of MNIST's size.
    private static IEnumerable<string> Models => Architectures.All
        .Where(architecture => architecture.Input.Rank == 3 && architecture.Input[1] - 2 * architecture.Recipe.Padding == 28).Select(architecture => architecture.Name);

    private DataFolder folder = null!;

    [OneTimeTearDown]
    public void RemoveBars()
    {
        if (Bars.IsValueCreated)
            Bars.Value.Dispose();
    }

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void EvaluateGivesTheErrorThatTrainingReported([ValueSource(nameof(Models))] string model)
    {
        Refnet.Result trained = Train("run", model);
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        Assert.That(trained.Error, Is.Empty);
        Assert.That(trained.Output, Does.Contain("240 images to train on, 60 held out, 100 to test"));
        Assert.That(trained.Output, Does.Match(@"(?m)^ +2/2 +\d+\.\d{4} +\d+\.\d{4} +\d+\.\d\d % +[\d.E-]+ +\d+\.\d s"));
        Assert.That(trained.Output, Has.None.EqualTo('\u001b'), "plain lines");
        Assert.That(Directory.GetFiles(folder.File("run")).Select(Path.GetFileName), Is.EquivalentTo(new[]
        {
            "config.json", "history.csv", "best.safetensors", "last.safetensors", "resume.safetensors", "lock",
        }));

        Refnet.Result evaluated = Refnet.Run("evaluate", folder.File("run"), "--json", folder.File("e.json"));
        Assert.That(evaluated.Code, Is.Zero, $"{evaluated}");
        Assert.That(Line(evaluated, "Test error: "), Is.EqualTo(Line(trained, "Test error: ")));
        Assert.That(evaluated.Output, Does.Contain("images/s"));

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder.File("e.json")));
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
        Assert.That(JsonNode.Parse(File.ReadAllBytes(folder.File("augmented/config.json")))!["augment"]!.GetValue<string>(), Is.EqualTo("shift:1,crop:4,flip"));
        Assert.That(JsonNode.Parse(File.ReadAllBytes(folder.File("plain/config.json")))!.AsObject().ContainsKey("augment"), Is.False, "runs of older versions go on");
        Assert.That(File.ReadAllBytes(folder.File("augmented/last.safetensors")), Is.Not.EqualTo(File.ReadAllBytes(folder.File("plain/last.safetensors"))));
        Assert.That(Refnet.Run("evaluate", folder.File("augmented")).Code, Is.Zero);
        Assert.That(augmented.Output, Does.Contain("augmentation shift:1,crop:4,flip\n"));

        Refnet.Result wrong = Train("wrong", "mlp", "--augment", "rotat:10");
        Assert.That(wrong.Code, Is.EqualTo(2));
        Assert.That(wrong.Error, Does.Contain("--augment: Expected an augmentation, one of ").And.Contain("found 'rotat:10'. Did you mean rotate?"));
        Refnet.Result grey = Train("grey", "mlp", "--augment", "pca:0.1");
        Assert.That((grey.Code, Directory.Exists(folder.File("grey"))), Is.EqualTo((2, false)), "before a folder is made");
    }

    [Test]
    public void T6_EvaluateAndPredictPrepareInputsAsTrainingDid()
    {
        string picture = folder.Write("bar.png", Png.Write(new GreyImage([.. Enumerable.Range(0, 784).Select(i => (byte)(i / 28 is > 11 and < 16 ? 255 : 0))], 28, 28)));
        Refnet.Result trained = Train("run", "mlp", "--prepare", "standardize");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        Refnet.Result evaluated = Refnet.Run("evaluate", folder.File("run"));
        Assert.That(Line(evaluated, "Test error: "), Is.EqualTo(Line(trained, "Test error: ")));
        Assert.That(Refnet.Run("predict", folder.File("run"), picture).Code, Is.Zero);
        File.Delete(folder.File("run/preparation.safetensors"));
        Assert.That(Refnet.Run("predict", folder.File("run"), picture), Has.Property("Code").EqualTo(2).And.Property("Error").Contains("preparation.safetensors"));
        Assert.That(Train("wrong", "mlp", "--prepare", "white"), Has.Property("Code").EqualTo(2).And.Property("Error").Contains("Expected a preparation of inputs, one of center,"));
    }

    [Test]
    public void TheTableThePrecisionAndTheRecallAreThoseOfTheMatrix()
    {
        // A network that has learnt bars is wrong about digits in many ways: no row is like its column.
        Train("run", "mlp");
        ImageSet digits = Mnist.Load(DataFolder.Mnist).Test.Take(200);
        using DataFolder data = DataFolder.With(new Dataset("digits", digits.Take(1), digits));
        Refnet.Result evaluated = Refnet.Run("evaluate", folder.File("run"), "--data", data.Path, "--json", folder.File("e.json"));
        Assert.That(evaluated.Code, Is.Zero, $"{evaluated}");

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder.File("e.json")));
        JsonElement[] classes = [.. json.RootElement.GetProperty("classes").EnumerateArray()];
        int[][] matrix = [.. classes.Select(c => c.GetProperty("predicted_as").EnumerateArray().Select(n => n.GetInt32()).ToArray())];
        for (int c = 0; c < 10; c++)
        {
            Assert.That(matrix[c].Sum(), Is.EqualTo(digits.Labels.Count((byte)c)), "a row for each true class");
            Assert.That(evaluated.Output, Does.Match($"(?m)^{c} +{string.Join(" +", matrix[c])} "));
            Assert.That(classes[c].GetProperty("recall").GetDouble(), Is.EqualTo((double)matrix[c][c] / matrix[c].Sum()));
            int taken = matrix.Sum(row => row[c]);
            if (taken > 0)
                Assert.That(classes[c].GetProperty("precision").GetDouble(), Is.EqualTo((double)matrix[c][c] / taken));
            else
                Assert.That(classes[c].GetProperty("precision").ValueKind, Is.EqualTo(JsonValueKind.Null));
        }
    }

    [Test]
    public void OptionsReachTheConfiguration()
    {
        Refnet.Result trained = Refnet.Run("train", "mlp", "--data", Bars.Value.Path, "--out", folder.File("run"), "--epochs", "1", "--batch-size", "7",
            "--optimizer", "sgd", "--learning-rate", "0.125", "--seed", "-5", "--threads", "1", "--validation", "0", "--limit", "50", "--plain");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder.File("run/config.json")));
        string[] expected = ["model mlp", $"data {Bars.Value.Path}", "epochs 1", "batch_size 7", "optimizer sgd", "learning_rate 0.125", "seed -5", "validation 0", "limit 50"];
        Assert.That(expected, Is.SubsetOf(json.RootElement.EnumerateObject().Select(option => $"{option.Name} {option.Value}")));
        Assert.That(trained.Output, Does.Contain("50 images to train on, 0 held out"));
    }

    [Test]
    public void OptionsOfPracticeReachTheConfigurationAndTheSecondLine()
    {
        Refnet.Result trained = Refnet.Run([.. Arguments("run", "mlp"), "--schedule", "warmup:1+cosine", "--clip", "2.5", "--label-smoothing", "0.1", "--accumulate", "3", "--average", "0.99",
            "--patience", "4", "--l1", "0.00001", "--momentum", "0.8", "--weight-decay", "0.001"]);
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder.File("run/config.json")));
        string[] expected = ["schedule warmup:1+cosine", "clip 2.5", "label_smoothing 0.1", "accumulate 3", "average 0.99", "patience 4"];
        Assert.That(expected, Is.SubsetOf(json.RootElement.EnumerateObject().Select(option => $"{option.Name} {option.Value}")));
        Assert.That(trained.Output, Does.Contain("\nschedule warmup:1+cosine, momentum 0.8, weight decay 0.001, L1 penalty 1E-05, label smoothing 0.1, gradients clipped to norm 2.5, 3 batches per step, weights averaged with decay 0.99, patience 4\n"));
        Assert.That(trained.Output, Does.Contain("Tested with the averaged weights of epoch "));
        Refnet.Result longer = Refnet.Run("train", "--resume", folder.File("run"), "--epochs", "3");
        Assert.That(longer.Code, Is.EqualTo(2), $"{longer}");
        Assert.That(longer.Error, Does.Contain("--epochs: expected 2, since the learning rate, whose schedule is warmup:1+cosine, depends on it; found 3."));
    }

    // What a run computes is not to be guessed: every option that is not as usual is printed, or stands on the line above.
    [Test]
    public void EveryOptionThatIsNotAsUsualIsPrinted()
    {
        RunOptions usual = new() { Model = "mlp", Epochs = 3, BatchSize = 8, Optimizer = "sgd", LearningRate = 0.5 };
        string[] onTheLineAbove = [nameof(RunOptions.Model), nameof(RunOptions.Data), nameof(RunOptions.DataSha256), nameof(RunOptions.FromSha256), nameof(RunOptions.Validation)];
        foreach (System.Reflection.PropertyInfo option in typeof(RunOptions).GetProperties().Where(property => !onTheLineAbove.Contains(property.Name)))
        {
            RunOptions other = usual with { };
            object value = option.PropertyType == typeof(string) ? "other" : option.GetValue(usual) switch { bool => true, double => 0.25, _ => 77 };
            option.SetValue(other, value);
            Assert.That(string.Join('\n', TrainingOptions.Describe(other)), Is.Not.EqualTo(string.Join('\n', TrainingOptions.Describe(usual))), option.Name);
        }
    }

    [TestCase("adam", "0.001"), TestCase("nesterov", "0.05")]
    public void AnOptimizerBringsItsUsualLearningRate(string optimizer, string rate)
    {
        Refnet.Result trained = Refnet.Run("train", "mlp", "--data", Bars.Value.Path, "--out", folder.File("run"), "--epochs", "1", "--optimizer", optimizer, "--limit", "50", "--validation", "0");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        Assert.That(trained.Output, Does.Contain($"{optimizer}, learning rate {rate}, "));
    }

    [Test]
    public void ARunStoppedByTheUserIsResumedToTheSameBytes()
    {
        Train("whole", "mlp");
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Refnet.Result stopped = Refnet.Run(stop.Token, false, Arguments("run", "mlp"));
        Assert.That(stopped.Code, Is.EqualTo(130), $"{stopped}");
        Assert.That(stopped.Error, Does.Contain($"To resume: dotnet run -c Release --project RefNet.Console -- train --resume {folder.File("run")}"));

        Refnet.Result resumed = Refnet.Run("train", "--resume", folder.File("run"));
        Assert.That(resumed.Code, Is.Zero, $"{resumed}");
        Assert.That(File.ReadAllBytes(folder.File("run/last.safetensors")), Is.EqualTo(File.ReadAllBytes(folder.File("whole/last.safetensors"))));

        Refnet.Result longer = Refnet.Run("train", "mlp", "--resume", folder.File("run"), "--epochs", "3");
        Assert.That(longer.Code, Is.Zero, $"{longer}");
        Assert.That(longer.Output, Does.Match(@"(?m)^ +1/3 ").And.Match(@"(?m)^ +3/3 "), "epochs that were done before are shown too");

        Assert.That(File.ReadAllText(folder.File("run/config.json")), Does.Contain("\"epochs\": 3"), "the configuration is that of the whole run");
        Assert.That(Refnet.Run("train", "--resume", folder.File("run"), "--epochs", "2").Error, Does.Contain("--epochs: expected 3 or more"));

        Refnet.Result other = Refnet.Run("train", "lenet5", "--resume", folder.File("run"));
        Assert.That(other.Code, Is.EqualTo(2));
        Assert.That(other.Error, Does.Contain("expected a run of lenet5; found one of mlp"));
    }

    [Test]
    public void AFolderWithAnotherRunInProgressIsRefusedAndCanBeRead()
    {
        Train("run", "mlp");
        byte[] pixels = Mnist.Load(Bars.Value.Path).Test.Pixels(0).ToArray();
        string picture = folder.Write("bar.png", Png.Write(new GreyImage(pixels, 28, 28)));
        using RunFolder busy = RunFolder.Open(folder.File("run"));
        busy.TakeLock();
        foreach (Refnet.Result refused in new[] { Refnet.Run("train", "--resume", folder.File("run"), "--epochs", "3"), Train("run", "mlp") })
        {
            Assert.That(refused.Code, Is.EqualTo(2), $"{refused}");
            Assert.That(refused.Error, Does.StartWith($"error: {folder.File("run")}: another process trains in this folder."));
        }

        Assert.That(Refnet.Run("evaluate", folder.File("run")).Code, Is.Zero);
        Assert.That(Refnet.Run("predict", folder.File("run"), picture).Code, Is.Zero);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Shells of Windows quote in other ways.")]
    public void TheCommandToResumeCanBePastedIntoAShell()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Refnet.Result stopped = Refnet.Run(stop.Token, false, Arguments("a b;touch OWNED", "mlp"));
        Assert.That(stopped.Error.TrimEnd(), Does.EndWith($"train --resume '{folder.File("a b;touch OWNED")}'"));
    }

    [Test]
    public void ARunThatDivergedAtOnceLeavesItsFolderToTheNext()
    {
        Assert.That(Refnet.Run([.. Arguments("run", "mlp"), "--learning-rate", "1e30"]).Code, Is.EqualTo(1));
        Assert.That(Refnet.Run([.. Arguments("run", "mlp"), "--learning-rate", "0.01"]).Code, Is.Zero);
        Assert.That(File.ReadAllText(folder.File("run/config.json")), Does.Contain("\"learning_rate\": 0.01"));
    }

    [Test]
    public void AnEpochThatChangesNothingIsSaid() =>
        Assert.That(Refnet.Run([.. Arguments("run", "mlp"), "--learning-rate", "1e-30"]).Output, Does.Contain("warning: epoch 1 changed nothing").And.Contains("The learning rate 1E-30 is so small"));

    [Test]
    public void EvaluateKnowsWhetherTheDataAreThoseOfTheRun()
    {
        using DataFolder data = DataFolder.With(SyntheticData.Create());
        Refnet.Run([.. Arguments("run", "mlp").Select(word => word == Bars.Value.Path ? data.Path : word)]);
        Assert.That(Refnet.Run("evaluate", folder.File("run"), "--data", Bars.Value.Path).Output, Does.Not.Contain("The data differ"), "the same data elsewhere");

        byte[] images = File.ReadAllBytes(data.File(DataFolder.Names[2]));
        images[^1] ^= 1;
        data.Write(DataFolder.Names[2], images);
        Refnet.Result changed = Refnet.Run("evaluate", folder.File("run"));
        Assert.That(changed.Code, Is.EqualTo(2), $"{changed}");
        Assert.That(changed.Error, Does.Contain("expected the data that the run was trained on, with SHA-256").And.Contains("Or give --data"));

        Refnet.Result named = Refnet.Run("evaluate", folder.File("run"), "--data", data.Path);
        Assert.That(named.Code, Is.Zero, $"{named}");
        Assert.That(named.Output, Does.Contain("The data differ from those of the run"));
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
    public void PredictNamesTheDigitOfEachPictureAndEachBadPicture()
    {
        Train("run", "mlp");
        ImageSet digits = Mnist.Load(DataFolder.Mnist).Test;
        string picture = folder.Write("7.png", Png.Write(new GreyImage(digits.Pixels(0).ToArray(), 28, 28)));
        string empty = folder.Write("empty.png", Png.Write(new GreyImage(new byte[100], 10, 10)));
        string text = folder.Write("text.png", "no picture"u8.ToArray());

        Refnet.Result good = Refnet.Run("predict", folder.File("run"), picture);
        Assert.That(good.Code, Is.Zero, $"{good}");
        Assert.That(Line(good, picture), Does.Match(@": \d( \(uncertain\))?$"));
        Assert.That(good.Output.Split('\n').Count(line => line.EndsWith(" %", StringComparison.Ordinal)), Is.EqualTo(3), "the three best with probabilities");
        Assert.That(good.Output, Does.Contain("@"), "a picture of what the network saw");
        Assert.That(good.Output.Split('\n'), Has.Length.GreaterThan(14), "a line for each two rows of pixels");

        Refnet.Result mixed = Refnet.Run("predict", folder.File("run"), empty, text, folder.File("none.png"), picture);
        Assert.That(mixed.Code, Is.EqualTo(2), $"{mixed}");
        Assert.That(mixed.Error, Does.Contain($"error: {empty}: Expected a picture of digits; found no ink"));
        Assert.That(mixed.Error, Does.Contain($"error: {text}: expected a PNG, JPEG, PGM or PPM picture"));
        Assert.That(mixed.Error, Does.Contain($"error: {folder.File("none.png")}: expected a file; found nothing"));
        Assert.That(mixed.Output, Is.EqualTo(good.Output), "the good one is read all the same");
    }

    [Test]
    public void PredictReadsSeveralDigitsAndShowsAndWritesWhatItFound()
    {
        Train("run", "mlp");
        Sheet sheet = new(120, 300);
        for (int n = 0; n < 3; n++)
            sheet.Draw(DrawnDigits.Form(n + 2, 0), top: 20, left: 10 + 95 * n, side: 80, pen: 6);
        string picture = folder.Write("three.png", Png.Write(sheet.Photograph()));
        string empty = folder.Write("empty.png", Png.Write(new GreyImage(new byte[100], 10, 10)));
        Refnet.Result result = Refnet.Run("predict", folder.File("run"), picture, empty, "--show", folder.File("show.png"), "--json", folder.File("found.json"));
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(Line(result, picture), Does.Match(@": \d\d\d \(3 digits, from left to right(; uncertain: .*)?\)$"));
        Assert.That(ImageFile.Read(folder.File("show.png")).Columns, Is.GreaterThan(1000), "four panels and three images");

        JsonElement[] pictures = [.. JsonDocument.Parse(File.ReadAllText(folder.File("found.json"))).RootElement.GetProperty("pictures").EnumerateArray()];
        Assert.That(pictures[1].GetProperty("error").GetString(), Does.Contain("no ink"));
        JsonElement[] digits = [.. pictures[0].GetProperty("digits").EnumerateArray()];
        Assert.That(digits, Has.Length.EqualTo(3));
        Assert.That(digits.Select(digit => digit.GetProperty("box").GetProperty("left").GetInt32()), Is.Ordered);
        Assert.That(digits.Select(digit => digit.GetProperty("probabilities").EnumerateArray().Sum(p => p.GetDouble())), Is.All.EqualTo(1).Within(1e-5));
        Assert.That(digits[0].GetProperty("uncertain").ValueKind, Is.AnyOf(JsonValueKind.True, JsonValueKind.False));
    }

    [Test]
    public void PredictNamesTheClassesThatTheRunHasLearnt()
    {
        using DataFolder data = DataFolder.With(SyntheticData.Create());
        data.Write("classes.txt", Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 10).Select(c => $"bar {c}"))));
        Refnet.Run([.. Arguments("run", "mlp").Select(word => word == Bars.Value.Path ? data.Path : word)]);
        byte[] pixels = Mnist.Load(data.Path).Test.Pixels(0).ToArray();
        string picture = folder.Write("bar.png", Png.Write(new GreyImage(pixels, 28, 28)));
        Refnet.Result result = Refnet.Run("predict", folder.File("run"), picture);
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Match(@"(?m)\.png: (\d) bar \1( \(uncertain\))?$").And.Match(@"(?m)^  (\d) bar \1  \d"));
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform("Linux,MacOsX", Reason = "Permissions are set as Unix has them.")]
    public void WhatMustNotBeReadIsAFaultOfTheMachine()
    {
        Train("run", "mlp");
        string secret = folder.Write("secret.png", [1]);
        string text = folder.Write("text.png", [1]);
        File.SetUnixFileMode(secret, UnixFileMode.None);
        if (Environment.IsPrivilegedProcess)
            Assert.Ignore("Nothing is forbidden to root: run the tests as another user to try files that must not be read.");

        Refnet.Result predicted = Refnet.Run("predict", folder.File("run"), secret, text);
        Assert.That(predicted.Code, Is.EqualTo(1), $"{predicted}");
        Assert.That(predicted.Error, Does.Contain(secret).And.Contains(text), "one bad picture does not take the others down");

        Directory.CreateDirectory(folder.File("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.That(Train("closed/run", "mlp").Code, Is.EqualTo(1));
        File.SetUnixFileMode(folder.File("run/config.json"), UnixFileMode.None);
        Assert.That(Refnet.Run("evaluate", folder.File("run")).Code, Is.EqualTo(1));
    }

    [TestCase("epochs", "0", "The epochs must be a whole number of 1 or more; found 0.")]
    [TestCase("epochs", "\"two\"", "config.json: expected the configuration of a run; the option 'epochs' (before line 1, position ")]
    [TestCase("epochs", "[1]", "should be a whole number from -2147483648 to 2147483647.")]
    [TestCase("batch_size", "-1", "The batch size must be")]
    [TestCase("seed", "99999999999", "should be a whole number from -2147483648 to 2147483647. Restore the file")]
    [TestCase("learning_rate", "null", "should be a number.")]
    [TestCase("tf32", "1", "should be true or false.")]
    [TestCase("schedule", "1", "should be a text in quotes.")]
    [TestCase("model", "null", "There is no model ''")]
    [TestCase("optimizer", "null", "There is no optimizer ''")]
    [TestCase("data", "null", "The data must be a folder or the name of a data set; found nothing.")]
    [TestCase("backend", "\"xyz\"", "There is no backend 'xyz'; choose one of reference, simd, mathnet, cuda.")]
    [TestCase("backend", "null", "There is no backend ''")]
    [TestCase("epcohs", "2", "the option 'epcohs' is not known; did you mean 'epochs'?")]
    [TestCase("Epochs", "2", "the option 'Epochs' is not known; did you mean 'epochs'?")]
    [TestCase("colour", "2", "the option 'colour' is not known (known are model, data, data_sha256, epochs, ")]
    [TestCase("device", "\"cpu\"", "this run was made by an older version of RefNet, which wrote 'device' for what is now 'backend'; its checkpoints cannot be read. Train again.")]
    public void ADamagedConfigurationIsRefused(string option, string value, string part)
    {
        Train("run", "mlp");
        JsonNode config = JsonNode.Parse(File.ReadAllText(folder.File("run/config.json")))!;
        config[option] = JsonNode.Parse(value);
        AssertConfigurationRefused(config.ToJsonString(), part);
    }

    [TestCase("[]", "it is no object of options but Array.")]
    [TestCase("null", "it is no object of options but Null.")]
    [TestCase("{}", "the option 'model' is missing.")]
    [TestCase("{ \"model\": \"mlp\", \"epochs\": 2 }", "the option 'batch_size' is missing.")]
    [TestCase("{\n  \"model\": \"mlp\",\n  epochs\n}", "config.json: expected the configuration of a run; it is no valid JSON from line 3, position 3 on. Restore the file, or train again.")]
    [TestCase("{\n  \"model\": \"mlp\",", "it is no valid JSON from line 2, position 17 on.")]
    [TestCase("", "a file with contents; found an empty file")]
    public void AnotherConfigurationIsRefused(string config, string part)
    {
        Train("run", "mlp");
        AssertConfigurationRefused(config, part);
    }

    [Test]
    public void AnOptionThatAppearsTwiceIsRefused()
    {
        Train("run", "mlp");
        AssertConfigurationRefused(File.ReadAllText(folder.File("run/config.json")).Replace("\"seed\": 1,", "\"seed\": 1, \"seed\": 2,"), "the option 'seed' appears twice.");
    }

    [Test]
    public void AByteOrderMarkBeforeTheConfigurationIsNoDamage()
    {
        Train("run", "mlp");
        string config = folder.File("run/config.json");
        File.WriteAllText(config, File.ReadAllText(config), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Refnet.Result result = Refnet.Run("evaluate", folder.File("run"));
        Assert.That(result.Code, Is.Zero, $"{result}");
    }

    private void AssertConfigurationRefused(string config, string part)
    {
        File.WriteAllText(folder.File("run/config.json"), config);
        foreach (Refnet.Result result in new[] { Refnet.Run("evaluate", folder.File("run")), Refnet.Run("train", "--resume", folder.File("run")) })
        {
            Assert.That(result.Code, Is.EqualTo(2), $"{result}");
            Assert.That(result.Error, Does.Contain(part));
        }
    }

    [Test]
    public void TheScheduleAndThePenaltiesAreThoseOfTheCommandLine()
    {
        string[] plain = Arguments("plain", "lenet5-modern"), options = [.. Arguments("options", "lenet5-modern"), "--schedule", "step:1:0.5", "--l1", "0.001", "--weight-decay", "0", "--momentum", "0.5"];
        Assert.That((Refnet.Run(plain).Code, Refnet.Run(options).Code), Is.EqualTo((0, 0)));
        double[] Column(string run, int column) =>
            [.. File.ReadLines(folder.File($"{run}/history.csv")).Skip(1).Select(line => double.Parse(line.Split(',')[column], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.That(Column("options", 5), Is.EqualTo(new[] { 0.05, 0.025 }), "the learning rates");
        Assert.That(Column("options", 1)[0], Is.GreaterThan(Column("plain", 1)[0]), "the training loss has the penalty in it");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder.File("options/config.json")));
        Assert.That(json.RootElement.GetProperty("schedule").GetString(), Is.EqualTo("step:1:0.5"));
        Assert.That(json.RootElement.GetProperty("l1").GetDouble(), Is.EqualTo(0.001));
    }

    [TestCase(1, "", "expected 2 epochs in history.csv; found 1")]
    [TestCase(1, "2,0.5", "history.csv: expected a row for each epoch")]
    [TestCase(1, "2,x,0,0,0,0,0", "history.csv: expected a row for each epoch")]
    public void ADamagedHistoryIsRefused(int rows, string added, string part)
    {
        Train("run", "mlp");
        string[] lines = [.. File.ReadLines(folder.File("run/history.csv")).Take(1 + rows), added];
        File.WriteAllLines(folder.File("run/history.csv"), lines.Where(line => line.Length > 0));
        Refnet.Result result = Refnet.Run("train", "--resume", folder.File("run"), "--epochs", "3");
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(result.Error, Does.Contain(part));
    }

    [Test]
    public void ALossThatIsNotFiniteEndsWithCode1AndNamesTheStep()
    {
        Refnet.Result result = Refnet.Run([.. Arguments("run", "mlp"), "--learning-rate", "1e30"]);
        Assert.That(result.Code, Is.EqualTo(1), $"{result}");
        Assert.That(result.Error, Does.Match(@"^error: The loss became .* at step \d+ of epoch 1\. "));
    }

    [Test]
    public void ARunIsNotWrittenOverAnother()
    {
        Train("run", "perceptron");
        byte[] before = File.ReadAllBytes(folder.File("run/last.safetensors"));
        Refnet.Result again = Train("run", "mlp");
        Assert.That(again.Code, Is.EqualTo(2), $"{again}");
        Assert.That(again.Error, Does.Contain("holds a run already"));
        Assert.That(File.ReadAllBytes(folder.File("run/last.safetensors")), Is.EqualTo(before));

        folder.Write("file", [1]);
        Assert.That(Train("file", "mlp").Code, Is.EqualTo(2), "a file is in the way");
        Refnet.Result unwritable = Refnet.Run("train", "mlp", "--data", Bars.Value.Path, "--validation", "60", "--out", OperatingSystem.IsWindows() ? @"Z:\none" : "/dev/null/run");
        Assert.That(unwritable.Code, Is.EqualTo(1), $"{unwritable}");
    }

    [Test]
    public void ACheckpointThatIsNoneOfThisModelIsRefused()
    {
        Train("run", "mlp");
        Train("other", "perceptron");
        string best = folder.File("run/best.safetensors");
        byte[] good = File.ReadAllBytes(best);

        File.Copy(folder.File("other/best.safetensors"), best, overwrite: true);
        AssertRefused("expected weights of mlp; found those of perceptron");
        File.WriteAllBytes(best, good[..^1]);
        AssertRefused("truncated");
        SafetensorsFile file = Safetensors.Read(folder.File("other/best.safetensors"));
        Dictionary<string, Tensor<float>> tensors = file.Names.ToDictionary(name => name, file.Tensor<float>);
        tensors.Values.First().Span[0] = float.NaN;
        Safetensors.Write(folder.File("other/best.safetensors"), tensors, file.Metadata);
        AssertRefused("expected finite numbers; found NaN", "other");
        File.Delete(best);
        AssertRefused("best.safetensors: expected a file; found nothing");
        File.WriteAllText(folder.File("run/config.json"), "{");
        AssertRefused("config.json");

        void AssertRefused(string part, string run = "run")
        {
            foreach (Refnet.Result result in new[] { Refnet.Run("evaluate", folder.File(run)), Refnet.Run("predict", folder.File(run), "a.png") })
            {
                Assert.That(result.Code, Is.EqualTo(2), $"{result}");
                Assert.That(result.Error, Does.Contain(part));
            }
        }
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
            Refnet.Result result = Refnet.Run("train", "mlp", "--data", data.Path, "--out", folder.File("run"));
            Assert.That(result.Code, Is.EqualTo(2), $"{name}: {result}");
            Assert.That(result.Error, Does.Contain(part), name);
            Assert.That(Directory.Exists(folder.File("run")), Is.False, name);
        }

        using DataFolder small = DataFolder.WithSmallSet();
        Refnet.Result tooMany = Refnet.Run("train", "mlp", "--data", small.Path, "--out", folder.File("run"), "--validation", "5000");
        Assert.That(tooMany.Code, Is.EqualTo(2), $"{tooMany}");
        Assert.That(tooMany.Error, Does.Contain("Expected to hold out 0 to 5 of 6 images for validation; found 5000"));
        Assert.That(Directory.Exists(folder.File("run")), Is.False);

        static byte[] Contents(DataFolder data, int file) => File.ReadAllBytes(data.File(DataFolder.Names[file]));
        static void Replace(DataFolder data, int file, byte[] bytes) => data.Write(DataFolder.Names[file], bytes);
    }

    private static string Line(Refnet.Result result, string start) =>
        result.Output.Split('\n').First(line => line.StartsWith(start, StringComparison.Ordinal)).TrimEnd();

    private string[] Arguments(string run, string model) =>
        ["train", model, "--data", Bars.Value.Path, "--out", folder.File(run), "--epochs", "2", "--batch-size", "20", "--validation", "60"];

    private Refnet.Result Train(string run, string model, params string[] more) => Refnet.Run([.. Arguments(run, model), .. more]);
}
