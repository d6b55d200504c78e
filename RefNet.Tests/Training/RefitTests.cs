using NUnit.Framework;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Training;

[TestFixture]
public sealed class RefitTests
{
    private static readonly RunOptions Options = RunOptions.Of(Architectures.Find("mlp")) with { Epochs = 20, Patience = 3, Seed = 7 };

    private static readonly EpochRecord Best = new(Epoch: 12, 0.1, 0.01, 0.2, 0.02, 0.1, Seconds: 1);

    [Test]
    public void T5_TheSecondRunHoldsNothingOutAndTrainsForTheBestNumberOfEpochs() =>
        Assert.That(Refit.Options(Options, Best), Is.EqualTo(Options with { Epochs = 12, Validation = 0, Patience = 0 }));

    [TestCase("cosine"), TestCase("onecycle"), TestCase("warmup:1+cosine")]
    public void T5_AScheduleThatSpansTheRunKeepsItsEpochs(string schedule) =>
        Assert.That(Refit.Options(Options with { Schedule = schedule }, Best).Epochs, Is.EqualTo(20));

    [Test]
    public void WhatCannotBeRepeatedWithoutHeldOutImagesIsRefused()
    {
        Refit.Check(Options);
        Assert.That(() => Refit.Check(Options with { Validation = 0, Patience = 0 }), Throws.TypeOf<InputException>().With.Message.Contains("held-out images"));
        Assert.That(() => Refit.Check(Options with { Schedule = "plateau:1:0.5" }), Throws.TypeOf<InputException>().With.Message.Contains("follows their loss"));
    }
}
