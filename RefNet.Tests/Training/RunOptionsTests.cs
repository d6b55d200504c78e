using NUnit.Framework;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Options outside their range are named before anything is written.</summary>
[TestFixture]
public sealed class RunOptionsTests : WholeRunTests
{
    [TestCase("plateau:1:0.5", 0), TestCase("constant", 3)]
    public void WhatFollowsTheValidationLossNeedsOne(string schedule, int patience) => Assert.That(
        () => (Options("mlp") with { Schedule = schedule, Patience = patience, Validation = 0 }).Check(), Throws.TypeOf<InputException>().With.Message.StartsWith("The validation must be 1 or more"));

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
        Assert.That(Directory.Exists(Folder.File("run")), Is.False, "nothing is written before the options are known to be good");
    }
}
