using NUnit.Framework;
using RefNet.Interop;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Losses and weights that are not finite end a run; epochs that change nothing are noted.</summary>
[TestFixture]
public sealed class DivergenceTests : WholeRunTests
{
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
        Assert.That(Directory.GetFiles(Folder.File("run"), "*.safetensors"), Is.Empty);
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

    private delegate void Change(Span<float> numbers);

    private static void ChangeState(RunFolder run, string tensor, Change change)
    {
        SafetensorsFile file = Safetensors.Read(run.State);
        Dictionary<string, Tensor<float>> tensors = file.Names.ToDictionary(name => name, file.Tensor<float>);
        change(tensors[tensor].Span);
        Safetensors.Write(run.State, tensors, file.Metadata);
    }
}
