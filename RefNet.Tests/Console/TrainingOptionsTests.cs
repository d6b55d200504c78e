using System.Text.Json;
using NUnit.Framework;
using RefNet.Console;
using RefNet.Training;

namespace RefNet.Tests.Console;

/// <summary>The options of refnet train reach the run, its configuration and its output.</summary>
[TestFixture]
public sealed class TrainingOptionsTests : CommandTests
{
    [Test]
    public void OptionsReachTheConfiguration()
    {
        Refnet.Result trained = Refnet.Run("train", "mlp", "--data", Bars.Path, "--out", Folder.File("run"), "--epochs", "1", "--batch-size", "7",
            "--optimizer", "sgd", "--learning-rate", "0.125", "--seed", "-5", "--threads", "1", "--validation", "0", "--limit", "50", "--plain");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Folder.File("run/config.json")));
        string[] expected = ["model mlp", $"data {Bars.Path}", "epochs 1", "batch_size 7", "optimizer sgd", "learning_rate 0.125", "seed -5", "validation 0", "limit 50"];
        Assert.That(expected, Is.SubsetOf(json.RootElement.EnumerateObject().Select(option => $"{option.Name} {option.Value}")));
        Assert.That(trained.Output, Does.Contain("50 images to train on, 0 held out"));
    }

    [Test]
    public void OptionsOfPracticeReachTheConfigurationAndTheSecondLine()
    {
        Refnet.Result trained = Refnet.Run([.. Arguments("run", "mlp"), "--schedule", "warmup:1+cosine", "--clip", "2.5", "--label-smoothing", "0.1", "--accumulate", "3", "--average", "0.99",
            "--patience", "4", "--l1", "0.00001", "--momentum", "0.8", "--weight-decay", "0.001"]);
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Folder.File("run/config.json")));
        string[] expected = ["schedule warmup:1+cosine", "clip 2.5", "label_smoothing 0.1", "accumulate 3", "average 0.99", "patience 4"];
        Assert.That(expected, Is.SubsetOf(json.RootElement.EnumerateObject().Select(option => $"{option.Name} {option.Value}")));
        Assert.That(trained.Output, Does.Contain("\nschedule warmup:1+cosine, momentum 0.8, weight decay 0.001, L1 penalty 1E-05, label smoothing 0.1, gradients clipped to norm 2.5, 3 batches per step, weights averaged with decay 0.99, patience 4\n"));
        Assert.That(trained.Output, Does.Contain("Tested with the averaged weights of epoch "));
        Refnet.Result longer = Refnet.Run("train", "--resume", Folder.File("run"), "--epochs", "3");
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
        Refnet.Result trained = Refnet.Run("train", "mlp", "--data", Bars.Path, "--out", Folder.File("run"), "--epochs", "1", "--optimizer", optimizer, "--limit", "50", "--validation", "0");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        Assert.That(trained.Output, Does.Contain($"{optimizer}, learning rate {rate}, "));
    }

    [Test]
    public void TheScheduleAndThePenaltiesAreThoseOfTheCommandLine()
    {
        string[] plain = Arguments("plain", "lenet5-modern"), options = [.. Arguments("options", "lenet5-modern"), "--schedule", "step:1:0.5", "--l1", "0.001", "--weight-decay", "0", "--momentum", "0.5"];
        Assert.That((Refnet.Run(plain).Code, Refnet.Run(options).Code), Is.EqualTo((0, 0)));
        double[] Column(string run, int column) =>
            [.. File.ReadLines(Folder.File($"{run}/history.csv")).Skip(1).Select(line => double.Parse(line.Split(',')[column], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.That(Column("options", 5), Is.EqualTo(new[] { 0.05, 0.025 }), "the learning rates");
        Assert.That(Column("options", 1)[0], Is.GreaterThan(Column("plain", 1)[0]), "the training loss has the penalty in it");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Folder.File("options/config.json")));
        Assert.That(json.RootElement.GetProperty("schedule").GetString(), Is.EqualTo("step:1:0.5"));
        Assert.That(json.RootElement.GetProperty("l1").GetDouble(), Is.EqualTo(0.001));
    }
}
