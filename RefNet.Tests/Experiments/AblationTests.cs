using NUnit.Framework;
using RefNet.Experiments;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Experiments;

/// <summary>Which variants of a recipe are trained.</summary>
[TestFixture]
public sealed class AblationTests
{
    [Test]
    public void EachIngredientIsTakenOutAlone()
    {
        RunOptions recipe = RunOptions.Of(Architectures.Find("digits")) with { Augment = "shift:2", Clip = 5 };
        IReadOnlyList<Ablation.Variant> variants = Ablation.Of(recipe);
        Assert.That(variants.Select(variant => variant.Name), Is.EqualTo(
            new[] { "recipe", "augmentation", "schedule", "momentum", "nesterov", "weight-decay", "label-smoothing", "average", "clipping" }));
        Assert.Multiple(() =>
        {
            Assert.That(Of("recipe"), Is.EqualTo(recipe));
            Assert.That(Of("augmentation"), Is.EqualTo(recipe with { Augment = null }));
            Assert.That(Of("schedule"), Is.EqualTo(recipe with { Schedule = "constant" }));
            Assert.That(Of("nesterov"), Is.EqualTo(recipe with { Optimizer = "momentum" }));
            Assert.That(Of("weight-decay"), Is.EqualTo(recipe with { WeightDecay = 0 }));
            Assert.That(Of("label-smoothing"), Is.EqualTo(recipe with { LabelSmoothing = 0 }));
            Assert.That(Of("average"), Is.EqualTo(recipe with { Average = 0 }));
            Assert.That(Of("clipping"), Is.EqualTo(recipe with { Clip = 0 }));
        });

        RunOptions Of(string name) => variants.Single(variant => variant.Name == name).Options;
    }

    // v grows to g / (1 - μ) where the gradient stays the same.
    [Test]
    public void WithoutMomentumTheStepsAreAsLongInTheEnd()
    {
        RunOptions recipe = RunOptions.Of(Architectures.Find("mlp")) with { Optimizer = "momentum", LearningRate = 0.01, Momentum = 0.9 };
        RunOptions plain = Ablation.Of(recipe).Single(variant => variant.Name == "momentum").Options;
        Assert.That(plain.Optimizer, Is.EqualTo("sgd"));
        Assert.That(plain.LearningRate, Is.EqualTo(0.1).Within(1e-15));
    }

    [Test]
    public void EveryVariantOfEveryRecipeCanBeTrained()
    {
        foreach (Ablation.Variant variant in Architectures.All.SelectMany(model => Ablation.Of(RunOptions.Of(model))))
            Assert.That(variant.Options.Check, Throws.Nothing, $"{variant.Options.Model}: {variant.Text}");
    }
}
