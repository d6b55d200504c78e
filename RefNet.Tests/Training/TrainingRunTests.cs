using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Backends.Simd;
using RefNet.Data;
using RefNet.Interop;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Whole runs on a small synthetic set: what they leave behind, and that stopping changes nothing.</summary>
[TestFixture]
public sealed class TrainingRunTests
{
    private static readonly Dataset Data = SyntheticData.Create();

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [TestCase("lenet5")]
    [TestCase("lenet5-modern")]
    [TestCase("mlp")]
    public void D1_D2_D3_EachModelLearnsTheBars(string model)
    {
        RunOptions options = Options(model) with { Epochs = 6 };
        Evaluation test = Start(options, "run").Run(new Watcher(), default);
        Assert.That(test.Confusion.ErrorRate, Is.LessThan(0.05), "ten bars at places of their own are easy to tell apart");
    }

    [TestCase("lenet5", Description = "threads take slices of a batch")]
    [TestCase("mlp", Description = "threads take parts of a layer")]
    [TestCase("lenet5-modern", "digits", Description = "each image is augmented anew in each epoch")]
    public void TheSameSeedGivesTheSameBytesOnAnyNumberOfThreadsResumedOrNot(string model, string? augment = null)
    {
        RunOptions options = Options(model) with { Augment = augment };
        int threads = ParallelLoop.MaxThreads;
        try
        {
            foreach (int count in new[] { 1, 2, 7 })
            {
                ParallelLoop.MaxThreads = count;
                Start(options, $"whole{count}").Run(new Watcher(), default);

                using CancellationTokenSource cancellation = new();
                Watcher stop = new((epoch, step) => { if (epoch == 2 && step == 3) cancellation.Cancel(); });
                Assert.That(() => Start(options, $"resumed{count}").Run(stop, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
                ParallelLoop.MaxThreads = 8 - count;
                Resume($"resumed{count}").Run(new Watcher(), default);
            }
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }

        foreach (string file in new[] { "last.safetensors", "best.safetensors", "resume.safetensors" })
        {
            foreach (string run in new[] { "whole2", "whole7", "resumed1", "resumed2", "resumed7" })
                Assert.That(Bytes(run, file), Is.EqualTo(Bytes("whole1", file)), $"{file} of {run}");
        }
    }

    [Test]
    public void ARunComputesAndResumesOnTheGivenBackend()
    {
        RunOptions options = Options("lenet5-modern") with { Backend = BackendNames.Reference, Epochs = 2, Limit = 32 };
        IBackend<float> backend = new ReferenceBackend<float>();
        TrainingRun.Start(options, Data, folder.File("whole"), backend).Run(new Watcher(), default);
        TrainingRun.Start(options with { Epochs = 1 }, Data, folder.File("run"), backend).Run(new Watcher(), default);
        RunFolder run = RunFolder.Open(folder.File("run"));
        Assert.That(run.ReadOptions().Backend, Is.EqualTo("reference"));
        Evaluation test = TrainingRun.Resume(run.ReadOptions() with { Epochs = 2 }, Data, run, backend).Run(new Watcher(), default);
        Assert.That(Bytes("run", "last.safetensors"), Is.EqualTo(Bytes("whole", "last.safetensors")));
        Assert.That(TrainingRun.Test(run.ReadOptions(), run, Data, backend).Loss, Is.EqualTo(test.Loss));

        TrainingRun.Start(options, Data, folder.File("simd")).Run(new Watcher(), default);
        Assert.That(Bytes("simd", "last.safetensors"), Is.Not.EqualTo(Bytes("whole", "last.safetensors")), "backends differ by rounding");
    }

    [Test]
    public void AnotherSeedGivesOtherWeights()
    {
        Start(Options("mlp"), "run1").Run(new Watcher(), default);
        Start(Options("mlp") with { Seed = 2 }, "run2").Run(new Watcher(), default);
        Assert.That(Bytes("run1", "last.safetensors"), Is.Not.EqualTo(Bytes("run2", "last.safetensors")));
    }

    [TestCase(1, 3)]
    [TestCase(3, 2)]
    public void ARunStoppedInAnEpochAndResumedEndsWithTheSameBytes(int epoch, int step)
    {
        RunOptions options = Options("lenet5-modern") with { Epochs = 4 };
        Evaluation whole = Start(options, "whole").Run(new Watcher(), default);

        using CancellationTokenSource cancellation = new();
        Watcher watcher = new((e, s) => { if (e == epoch && s == step) cancellation.Cancel(); });
        Assert.That(() => Start(options, "stopped").Run(watcher, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        TrainingRun resumed = Resume("stopped");
        Assert.That(resumed.History, Has.Count.EqualTo(epoch - 1));
        Evaluation test = resumed.Run(new Watcher(), default);

        Assert.Multiple(() =>
        {
            foreach (string file in new[] { "last.safetensors", "best.safetensors", "resume.safetensors" })
                Assert.That(Bytes("stopped", file), Is.EqualTo(Bytes("whole", file)), file);
            Assert.That(test.Confusion.Errors, Is.EqualTo(whole.Confusion.Errors));
        });
    }

    [Test]
    public void ARunStoppedAfterItsLastStepSavesTheEpochAndIsTestedWhenItIsResumed()
    {
        using CancellationTokenSource cancellation = new();
        Watcher stop = new((epoch, step) =>
        {
            if (epoch == 2 && step == 16) // 250 images in batches of 16
                cancellation.Cancel();
        });
        TrainingRun run = Start(Options("mlp"), "run");
        Assert.That(() => run.Run(stop, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(run.History, Has.Count.EqualTo(2));
        Assert.That(Resume("run").Run(new Watcher(), default).Confusion.Samples, Is.EqualTo(Data.Test.Count));
    }

    [Test]
    public void ARunKilledAfterTheHistoryWasWrittenButNotTheCheckpointResumesFromTheCheckpoint()
    {
        RunOptions options = Options("mlp");
        Start(options, "run").Run(new Watcher(), default);
        byte[] expected = Bytes("run", "last.safetensors");
        File.AppendAllText(folder.File("run/history.csv"), "3,1,1,1,1,0.1,1\n");
        TrainingRun resumed = Resume("run");
        resumed.Run(new Watcher(), default);
        Assert.Multiple(() =>
        {
            Assert.That(resumed.History, Has.Count.EqualTo(2));
            Assert.That(Bytes("run", "last.safetensors"), Is.EqualTo(expected));
        });
    }

    [Test]
    public void MoreEpochsCanBeAskedForLater()
    {
        RunOptions options = Options("mlp");
        Start(options with { Epochs = 4 }, "four").Run(new Watcher(), default);
        Start(options with { Epochs = 2 }, "two").Run(new Watcher(), default);
        RunFolder two = RunFolder.Open(folder.File("two"));
        TrainingRun.Resume(two.ReadOptions() with { Epochs = 4 }, Data, two).Run(new Watcher(), default);
        Assert.That(Bytes("two", "last.safetensors"), Is.EqualTo(Bytes("four", "last.safetensors")));
    }

    [Test]
    public void TestingASavedRunGivesTheErrorThatTrainingReported()
    {
        Evaluation reported = Start(Options("lenet5-modern"), "run").Run(new Watcher(), default);
        RunFolder run = RunFolder.Open(folder.File("run"));
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
        string[] rows = File.ReadAllLines(folder.File("run/history.csv"));
        Assert.Multiple(() =>
        {
            Assert.That(rows[0], Is.EqualTo(EpochRecord.CsvHeader));
            Assert.That(rows.Skip(1).Select(EpochRecord.FromCsv).Select(epoch => epoch.Epoch), Is.EqualTo([1, 2, 3]));
            Assert.That(watcher.Best, Is.EqualTo(run.Best!.Epoch));
        });
    }

    [Test]
    public void ALossThatIsNotFiniteStopsTheRunAndKeepsTheLastGoodCheckpoint()
    {
        TrainingRun run = Start(Options("mlp") with { Epochs = 1 }, "run");
        run.Run(new Watcher(), default);
        byte[] good = Bytes("run", "last.safetensors");
        ChangeState(run.Folder, "Output.weight", weights => weights.Fill(1e38f));
        TrainingRun diverging = Resume("run", epochs: 2);
        Assert.That(() => diverging.Run(new Watcher(), default), Throws.TypeOf<DivergenceException>()
            .With.Message.Contains("at step 1 of epoch 2").And.Message.Contains("weights of epoch 1 are in").And.Message.Contains("smaller learning rate"));
        Assert.That(Bytes("run", "last.safetensors"), Is.EqualTo(good));
    }

    // A unit that is off has no share in the loss; its bias goes beyond the range of float by its velocity alone.
    [Test]
    public void WeightsThatTheLastStepOfAnEpochLostAreNotSaved()
    {
        TrainingRun run = Start(Options("mlp") with { BatchSize = 1000, Epochs = 1 }, "run");
        run.Run(new Watcher(), default);
        byte[] good = Bytes("run", "last.safetensors");
        ChangeState(run.Folder, "F1.bias", bias => bias[0] = -float.MaxValue);
        ChangeState(run.Folder, "F1.bias.velocity", velocity => velocity[0] = 3e38f);
        TrainingRun diverging = Resume("run", epochs: 2);
        Assert.That(() => diverging.Run(new Watcher(), default), Throws.TypeOf<DivergenceException>().With.Message.Contains("A weight of F1.bias"));
        Assert.That(Bytes("run", "last.safetensors"), Is.EqualTo(good));
    }

    // The only step of the epoch is so long that the outputs are beyond the range of float; the weights are not.
    [Test]
    public void AValidationLossThatIsNotFiniteEndsTheRun()
    {
        TrainingRun run = Start(Options("mlp") with { BatchSize = 1000, LearningRate = 1e25 }, "run");
        Assert.That(() => run.Run(new Watcher(), default), Throws.TypeOf<DivergenceException>()
            .With.Message.Match("^The validation loss became .* at the end of epoch 1. No epoch was completed, .* smaller learning rate than 1E\\+25"));
        Assert.That(Directory.GetFiles(folder.File("run"), "*.safetensors"), Is.Empty);
    }

    [Test]
    public void ALossOnTheTestImagesThatIsNotFiniteIsNoResult()
    {
        TrainingRun run = Start(Options("mlp") with { BatchSize = 1000, LearningRate = 1e25, Epochs = 1, Validation = 0 }, "run");
        Assert.That(() => run.Run(new Watcher(), default), Throws.TypeOf<DivergenceException>().With.Message.Contains("The loss on the test images became"));
    }

    [TestCase("mlp", 1e-30, 50, true)]
    [TestCase("lenet5", 1e-12, 50, true)]
    [TestCase("mlp", 1e-30, 0, true, Description = "no images are held out")]
    [TestCase("mlp", 1e-4, 50, false)]
    [TestCase("perceptron", 1e-30, 50, false, Description = "its decisions do not depend on the scale of its weights, which begin at 0")]
    public void AnEpochThatChangesNothingIsSaid(string model, double learningRate, int validation, bool said)
    {
        Watcher watcher = new();
        Start(Options(model) with { LearningRate = learningRate, Epochs = 1, Validation = validation }, "run").Run(watcher, default);
        Assert.That(watcher.Unchanged, Is.EqualTo(said ? new[] { 1 } : []));
    }

    [Test]
    public void APerceptronThatIsRightAboutAllImagesHasNothingToChange()
    {
        Watcher watcher = new();
        TrainingRun run = Start(Options("perceptron") with { BatchSize = 1, Epochs = 12 }, "run");
        run.Run(watcher, default);
        Assert.That(run.History[^1].TrainingError, Is.Zero, "the rule has converged");
        Assert.That(watcher.Unchanged, Is.Empty);
    }

    [Test]
    public void ResumingWithOtherDataIsRefused()
    {
        TrainingRun run = Start(Options("mlp"), "run");
        run.Run(new Watcher(), default);
        Assert.That(() => TrainingRun.Resume(run.Folder.ReadOptions(), SyntheticData.Create(trainingImages: 301), run.Folder),
            Throws.TypeOf<InputException>().With.Message.Contains("Give the same data"));
    }

    [Test]
    public void ResumingForFewerEpochsThanAreDoneIsRefused()
    {
        TrainingRun run = Start(Options("mlp"), "run");
        run.Run(new Watcher(), default);
        Assert.That(() => TrainingRun.Resume(run.Folder.ReadOptions() with { Epochs = 1 }, Data, run.Folder),
            Throws.TypeOf<InputException>().With.Message.Contains("at least the 2 epochs"));
    }

    [Test]
    public void TheConfigurationKnowsTheDataAndTheEpochsThatWereAskedForLast()
    {
        TrainingRun run = Start(Options("mlp"), "run");
        run.Run(new Watcher(), default);
        using TrainingRun resumed = Resume("run", epochs: 3);
        RunOptions written = run.Folder.ReadOptions();
        Assert.Multiple(() =>
        {
            Assert.That(written.Epochs, Is.EqualTo(3));
            Assert.That(written.DataSha256, Is.EqualTo(Data.Sha256));
        });
    }

    [TestCase("not a number")]
    [TestCase("missing")]
    [TestCase("truncated")]
    [TestCase("another model")]
    public void ADamagedStateIsRefusedAndTheRunStaysAsItIs(string damage)
    {
        TrainingRun run = Start(Options("mlp"), "run");
        run.Run(new Watcher(), default);
        byte[] last = Bytes("run", "last.safetensors");
        byte[] state = File.ReadAllBytes(run.Folder.State);
        switch (damage)
        {
            case "not a number":
                BitConverter.TryWriteBytes(state.AsSpan(state.Length - 4), float.NaN);
                File.WriteAllBytes(run.Folder.State, state);
                break;
            case "missing":
                File.WriteAllLines(folder.File("run/history.csv"), [EpochRecord.CsvHeader]);
                break;
            case "truncated":
                File.WriteAllBytes(run.Folder.State, state[..^7]);
                break;
            default:
                Start(Options("lenet5-modern"), "other").Run(new Watcher(), default);
                File.Copy(folder.File("other/resume.safetensors"), run.Folder.State, overwrite: true);
                break;
        }

        Assert.That(() => Resume("run"), Throws.InstanceOf<InputException>());
        Assert.That(Bytes("run", "last.safetensors"), Is.EqualTo(last));
    }

    [Test]
    public void ThePerceptronsRuleTrainsAPerceptronOnly() =>
        Assert.That(() => Start(Options("mlp") with { Optimizer = "perceptron" }, "run"), Throws.TypeOf<InputException>().With.Message.Contains("a perceptron only"));

    [Test]
    public void LabelsAreSmoothedForSoftmaxCrossEntropyOnly([Values("lenet5", "perceptron")] string model)
    {
        Assert.That(() => Start(Options(model) with { LabelSmoothing = 0.1 }, "run"),
            Throws.TypeOf<InputException>().With.Message.EqualTo($"Labels are smoothed for softmax cross-entropy only; {model} trains with another loss. Leave out the label smoothing, or choose another model."));
        Assert.That(Directory.Exists(folder.File("run")), Is.False);
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
        SafetensorsFile plain = Safetensors.Read(folder.File("plain/last.safetensors")), last = Safetensors.Read(run.Folder.Last), best = Safetensors.Read(run.Folder.Best);
        foreach (string name in plain.Names)
        {
            TensorAssert.AreIdentical(plain.Tensor<float>(name), last.Tensor<float>(name), "training itself does not see the average");
            TensorAssert.AreIdentical(best.Tensor<float>(name), last.Tensor<float>($"average.{name}"), name);
            Assert.That(best.Tensor<float>(name).Values.ToArray(), Is.Not.EqualTo(plain.Tensor<float>(name).Values.ToArray()));
        }

        Assert.That(TrainingRun.Test(run.Folder.ReadOptions(), run.Folder, Data).Loss, Is.EqualTo(test.Loss));
    }

    [Test]
    public void AScheduleThatSpansTheRunCannotBeMadeLonger()
    {
        Start(Options("mlp") with { Schedule = "cosine" }, "run").Run(new Watcher(), default);
        Assert.That(() => Resume("run", epochs: 3), Throws.TypeOf<InputException>().With.Message.Contains("do not belong together"));
        Resume("run").Run(new Watcher(), default);
    }

    [Test]
    public void ARateThatChangesFromStepToStepIsNotedAsItBegan()
    {
        TrainingRun run = Start(Options("mlp") with { Schedule = "cosine", LearningRate = 0.01 }, "run");
        run.Run(new Watcher(), default);
        Assert.That(run.History.Select(epoch => epoch.LearningRate), Is.EqualTo(new[] { 0.01, 0.005 }).Within(1e-15));
    }

    [TestCase("plateau:1:0.5", 0), TestCase("constant", 3)]
    public void WhatFollowsTheValidationLossNeedsOne(string schedule, int patience) => Assert.That(
        () => (Options("mlp") with { Schedule = schedule, Patience = patience, Validation = 0 }).Check(), Throws.TypeOf<InputException>().With.Message.StartsWith("The validation must be 1 or more"));

    [Test]
    public void L1_ThePerceptronLearnsTheBars() =>
        Assert.That(Start(Options("perceptron") with { BatchSize = 1, Epochs = 4 }, "run").Run(new Watcher(), default).Confusion.ErrorRate, Is.LessThan(0.05));

    [Test]
    public void AFolderWithARunIsNotOverwritten()
    {
        Start(Options("mlp"), "run").Run(new Watcher(), default);
        Assert.That(() => Start(Options("mlp"), "run"), Throws.TypeOf<InputException>().With.Message.Contains("holds a run already"));
    }

    // Networks are trained with float.
    [TestCase(1e-50, 0.9, 0, "learning rate", Description = "0 as float")]
    [TestCase(1e300, 0.9, 0, "learning rate", Description = "infinity as float")]
    [TestCase(0.1, 0.999999999999, 0, "momentum", Description = "1 as float")]
    [TestCase(0.1, 0.9, 1e-60, "weight decay", Description = "0 as float")]
    [TestCase(0.1, 0.9, 1e60, "weight decay", Description = "infinity as float")]
    public void WhatFloatRoundsOutOfTheRangeIsNamed(double learningRate, double momentum, double weightDecay, string name) => Assert.That(
        () => (Options("mlp") with { LearningRate = learningRate, Momentum = momentum, WeightDecay = weightDecay }).Check(),
        Throws.TypeOf<InputException>().With.Message.StartsWith($"The {name} must be"));

    [TestCase(nameof(RunOptions.Epochs), "epochs")]
    [TestCase(nameof(RunOptions.BatchSize), "batch size")]
    [TestCase(nameof(RunOptions.LearningRate), "learning rate")]
    [TestCase(nameof(RunOptions.Validation), "validation")]
    [TestCase(nameof(RunOptions.Limit), "limit")]
    [TestCase(nameof(RunOptions.LabelSmoothing), "label smoothing")]
    [TestCase(nameof(RunOptions.Clip), "largest norm of gradients")]
    [TestCase(nameof(RunOptions.Accumulate), "number of batches per step")]
    [TestCase(nameof(RunOptions.Average), "decay of the average")]
    [TestCase(nameof(RunOptions.Patience), "patience")]
    [TestCase(nameof(RunOptions.Optimizer), "optimizer")]
    [TestCase(nameof(RunOptions.Backend), "backend")]
    public void AnOptionOutsideItsRangeIsNamed(string option, string name)
    {
        RunOptions options = Options("mlp");
        RunOptions wrong = option switch
        {
            nameof(RunOptions.Epochs) => options with { Epochs = 0 },
            nameof(RunOptions.BatchSize) => options with { BatchSize = -1 },
            nameof(RunOptions.LearningRate) => options with { LearningRate = double.NaN },
            nameof(RunOptions.Validation) => options with { Validation = Data.Training.Count },
            nameof(RunOptions.Limit) => options with { Limit = 0 },
            nameof(RunOptions.LabelSmoothing) => options with { LabelSmoothing = 1 },
            nameof(RunOptions.Clip) => options with { Clip = -1 },
            nameof(RunOptions.Accumulate) => options with { Accumulate = 0 },
            nameof(RunOptions.Average) => options with { Average = 1 },
            nameof(RunOptions.Patience) => options with { Patience = -1 },
            nameof(RunOptions.Backend) => options with { Backend = "gpu" },
            _ => options with { Optimizer = "adamm" },
        };
        Assert.That(() => Start(wrong, "run"), Throws.TypeOf<InputException>().With.Message.Contains(name));
        Assert.That(Directory.Exists(folder.File("run")), Is.False, "nothing is written before the options are known to be good");
    }

    private static RunOptions Options(string model) =>
        RunOptions.Of(Architectures.Find(model)) with { Epochs = 2, BatchSize = 16, Validation = 50 };

    private TrainingRun Start(RunOptions options, string name) => TrainingRun.Start(options, Data, folder.File(name));

    private TrainingRun Resume(string name, int? epochs = null)
    {
        RunFolder run = RunFolder.Open(folder.File(name));
        RunOptions options = run.ReadOptions();
        return TrainingRun.Resume(options with { Epochs = epochs ?? options.Epochs }, Data, run);
    }

    private delegate void Change(Span<float> numbers);

    private static void ChangeState(RunFolder run, string tensor, Change change)
    {
        SafetensorsFile file = Safetensors.Read(run.State);
        Dictionary<string, Tensor<float>> tensors = file.Names.ToDictionary(name => name, file.Tensor<float>);
        change(tensors[tensor].Span);
        Safetensors.Write(run.State, tensors, file.Metadata);
    }

    private byte[] Bytes(string run, string file) => File.ReadAllBytes(Path.Combine(folder.File(run), file));

    private sealed class Watcher(Action<int, int>? atStep = null) : ITrainingObserver
    {
        private int step;

        public int Best { get; private set; }

        public List<int> Unchanged { get; } = [];

        public void StepDone(EpochProgress progress) => atStep?.Invoke(progress.Epoch, ++step);

        public void EpochDone(EpochRecord epoch, bool isBest)
        {
            step = 0;
            Best = isBest ? epoch.Epoch : Best;
        }

        public void NothingChanged(EpochRecord epoch) => Unchanged.Add(epoch.Epoch);
    }
}
