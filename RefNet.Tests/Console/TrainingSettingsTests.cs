using System.CommandLine;
using NUnit.Framework;
using RefNet.Console;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Console;

/// <summary>The command that a report shows trains the same run.</summary>
[TestFixture]
public sealed class TrainingSettingsTests
{
    private static IEnumerable<RunOptions> Runs
    {
        get
        {
            RunOptions digits = RunOptions.Of(Architectures.Find("digits"));
            yield return digits;
            yield return digits with { Optimizer = "adam", LearningRate = 0.001 };
            yield return digits with { Optimizer = "adam" };
            yield return digits with
            {
                Data = "/a folder/it's",
                Epochs = 3,
                BatchSize = 7,
                LearningRate = 1.5e-7,
                Schedule = "warmup:1+cosine:0.1",
                Momentum = 0.95,
                WeightDecay = 0,
                L1 = 1e-5,
                LabelSmoothing = 0,
                Clip = 2,
                Accumulate = 3,
                Average = 0,
                Patience = 4,
                Augment = "shift:1,flip",
                Prepare = "zca:0.1",
                Rates = "stage1=0.1,fc=2",
                Fold = "2/5",
                Seed = -5,
                Validation = 0,
                Limit = 9,
                KeepHistograms = true,
                Backend = "cuda",
                Tf32 = true,
                Cudnn = true,
            };
        }
    }

    [TestCaseSource(nameof(Runs))]
    public void TheCommandGivesTheOptionsBack(RunOptions run)
    {
        string command = TrainingSettings.Command(run);
        Assert.That(command, Does.StartWith("refnet train digits"));
        TrainingOptions training = new();
        Argument<string> model = new("MODEL");
        Command train = new("train") { model };
        training.AddTo(train);
        BackendOption backend = new();
        backend.AddTo(train);
        // Of what the shell does, the quotes of this one folder.
        ParseResult parsed = train.Parse([.. command.Replace(@"'/a folder/it'\''s'", "/a\u00a0folder/it's").Split(' ').Skip(2).Select(word => word.Replace('\u00a0', ' '))]);
        Assert.That(parsed.Errors, Is.Empty);
        RunOptions read = training.Read(parsed, RunOptions.Of(Architectures.Find("digits"))) with { Data = parsed.GetValue(training.Data) ?? "mnist" };
        Assert.That(read with { Backend = run.Backend, Tf32 = run.Tf32, Cudnn = run.Cudnn }, Is.EqualTo(run));
        Assert.That(command.Contains("--backend cuda") && command.EndsWith("--tf32 --cudnn"), Is.EqualTo(run.Tf32));
    }

    // A new option of runs that is forgotten here would make two runs look the same.
    [Test]
    public void EveryOptionOfARunIsAmongTheSettings() =>
        Assert.That(TrainingSettings.Names, Has.Count.EqualTo(typeof(RunOptions).GetProperties().Count(property => property.CanWrite && property.Name is not (nameof(RunOptions.DataSha256) or nameof(RunOptions.FromSha256)))));
}
