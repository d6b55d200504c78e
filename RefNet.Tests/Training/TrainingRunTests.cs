using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Data;
using RefNet.Interop;
using RefNet.Losses;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Whole runs: what they learn, and what they leave behind.</summary>
[TestFixture]
public sealed class TrainingRunTests : WholeRunTests
{
    [TestCase("lenet5")]
    [TestCase("lenet5-modern")]
    [TestCase("mlp")]
    public void D1_D2_D3_EachModelLearnsTheBars(string model)
    {
        RunOptions options = Options(model) with { Epochs = 6 };
        Evaluation test = Start(options, "run").Run(new Watcher(), default);
        Assert.That(test.Confusion.ErrorRate, Is.LessThan(0.05), "ten bars at places of their own are easy to tell apart");
    }

    [Test]
    public void ARunComputesAndResumesOnTheGivenBackend()
    {
        RunOptions options = Options("lenet5-modern") with { Backend = BackendNames.Reference, Epochs = 2, Limit = 32 };
        IBackend<float> backend = new ReferenceBackend<float>();
        TrainingRun.Start(options, Data, Folder.File("whole"), backend).Run(new Watcher(), default);
        TrainingRun.Start(options with { Epochs = 1 }, Data, Folder.File("run"), backend).Run(new Watcher(), default);
        RunFolder run = RunFolder.Open(Folder.File("run"));
        Assert.That(run.ReadOptions().Backend, Is.EqualTo("reference"));
        Evaluation test = TrainingRun.Resume(run.ReadOptions() with { Epochs = 2 }, Data, run, backend).Run(new Watcher(), default);
        Assert.That(Bytes("run", "last.safetensors"), Is.EqualTo(Bytes("whole", "last.safetensors")));
        Assert.That(TrainingRun.Test(run.ReadOptions(), run, Data, backend).Loss, Is.EqualTo(test.Loss));

        TrainingRun.Start(options, Data, Folder.File("simd")).Run(new Watcher(), default);
        Assert.That(Bytes("simd", "last.safetensors"), Is.Not.EqualTo(Bytes("whole", "last.safetensors")), "backends differ by rounding");
    }

    [Test]
    public void AnotherSeedGivesOtherWeights()
    {
        Start(Options("mlp"), "run1").Run(new Watcher(), default);
        Start(Options("mlp") with { Seed = 2 }, "run2").Run(new Watcher(), default);
        Assert.That(Bytes("run1", "last.safetensors"), Is.Not.EqualTo(Bytes("run2", "last.safetensors")));
    }

    [Test]
    public void TestingASavedRunGivesTheErrorThatTrainingReported()
    {
        Evaluation reported = Start(Options("lenet5-modern"), "run").Run(new Watcher(), default);
        RunFolder run = RunFolder.Open(Folder.File("run"));
        Evaluation again = TrainingRun.Test(run.ReadOptions(), run, Data);
        Assert.Multiple(() =>
        {
            Assert.That(again.Confusion.Errors, Is.EqualTo(reported.Confusion.Errors));
            Assert.That(again.Loss, Is.EqualTo(reported.Loss));
        });
    }

    [Test]
    public void TheHistoryHasARowForEachEpochAndNamesTheBest()
    {
        TrainingRun run = Start(Options("mlp") with { Epochs = 3 }, "run");
        Watcher watcher = new();
        run.Run(watcher, default);
        string[] rows = File.ReadAllLines(Folder.File("run/history.csv"));
        Assert.Multiple(() =>
        {
            Assert.That(rows[0], Is.EqualTo(EpochRecord.CsvHeader));
            Assert.That(rows.Skip(1).Select(EpochRecord.FromCsv).Select(epoch => epoch.Epoch), Is.EqualTo([1, 2, 3]));
            Assert.That(watcher.Best, Is.EqualTo(run.Best!.Epoch));
        });
    }

    [Test]
    public void ThePerceptronsRuleTrainsAPerceptronOnly() =>
        Assert.That(() => Start(Options("mlp") with { Optimizer = "perceptron" }, "run"), Throws.TypeOf<InputException>().With.Message.Contains("a perceptron only"));

    [Test]
    public void LabelsAreSmoothedForSoftmaxCrossEntropyOnly([Values("lenet5", "perceptron")] string model)
    {
        Assert.That(() => Start(Options(model) with { LabelSmoothing = 0.1 }, "run"),
            Throws.TypeOf<InputException>().With.Message.EqualTo($"Labels are smoothed for softmax cross-entropy only; {model} trains with another loss. Leave out the label smoothing, or choose another model."));
        Assert.That(Directory.Exists(Folder.File("run")), Is.False);
    }

    [Test]
    public void TheValidationLossIsOfSmoothedLabelsAsTheTrainingLossIs()
    {
        TrainingRun run = Start(Options("mlp") with { Epochs = 1, LabelSmoothing = 0.1 }, "run");
        run.Run(new Watcher(), default);
        BestNetwork best = BestNetwork.Load(run.Folder.ReadOptions(), run.Folder);
        ImageSet held = Data.Training.HoldOut(50, seed: 1).Validation;
        Assert.That(run.History[0].ValidationLoss, Is.EqualTo(Loss(new SoftmaxCrossEntropy<float>(0.1))).And.Not.EqualTo(Loss(new SoftmaxCrossEntropy<float>())));

        double Loss(SoftmaxCrossEntropy<float> loss) => Evaluation.Run(best.Network, loss, held, best.Scaling).Loss;
    }

    // The network that is trained moves on; what is validated and tested is the average.
    [Test]
    public void TheAverageIsValidatedTestedAndSavedAsTheBestWeights()
    {
        Start(Options("mlp") with { Validation = 0 }, "plain").Run(new Watcher(), default);
        TrainingRun run = Start(Options("mlp") with { Validation = 0, Average = 0.95 }, "averaged");
        Evaluation test = run.Run(new Watcher(), default);
        SafetensorsFile plain = Safetensors.Read(Folder.File("plain/last.safetensors")), last = Safetensors.Read(run.Folder.Last), best = Safetensors.Read(run.Folder.Best);
        foreach (string name in plain.Names)
        {
            TensorAssert.AreIdentical(plain.Tensor<float>(name), last.Tensor<float>(name), "training itself does not see the average");
            TensorAssert.AreIdentical(best.Tensor<float>(name), last.Tensor<float>($"average.{name}"), name);
            Assert.That(best.Tensor<float>(name).Values.ToArray(), Is.Not.EqualTo(plain.Tensor<float>(name).Values.ToArray()));
        }

        Assert.That(TrainingRun.Test(run.Folder.ReadOptions(), run.Folder, Data).Loss, Is.EqualTo(test.Loss));
    }

    [Test]
    public void ARateThatChangesFromStepToStepIsNotedAsItBegan()
    {
        TrainingRun run = Start(Options("mlp") with { Schedule = "cosine", LearningRate = 0.01 }, "run");
        run.Run(new Watcher(), default);
        Assert.That(run.History.Select(epoch => epoch.LearningRate), Is.EqualTo(new[] { 0.01, 0.005 }).Within(1e-15));
    }

    [Test]
    public void L1_ThePerceptronLearnsTheBars() =>
        Assert.That(Start(Options("perceptron") with { BatchSize = 1, Epochs = 4 }, "run").Run(new Watcher(), default).Confusion.ErrorRate, Is.LessThan(0.05));

    [Test]
    public void AFolderWithARunIsNotOverwritten()
    {
        Start(Options("mlp"), "run").Run(new Watcher(), default);
        Assert.That(() => Start(Options("mlp"), "run"), Throws.TypeOf<InputException>().With.Message.Contains("holds a run already"));
    }
}
