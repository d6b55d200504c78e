using NUnit.Framework;
using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Tests.Losses;

[TestFixture]
public sealed class TargetsTests
{
    [Test]
    public void LabelsBecomeOneAtTheClassAndZeroElsewhere()
    {
        Targets<double> targets = new([2, 0], new Shape(2, 3));
        Assert.That(targets.Values.Shape, Is.EqualTo(new Shape(2, 3)));
        Assert.That(targets.Values.Values.ToArray(), Is.EqualTo(new double[] { 0, 0, 1, 1, 0, 0 }));
        Assert.That((targets.Labels.ToArray(), targets.Ignored), Is.EqualTo((new[] { 2, 0 }, (int?)null)));
    }

    [Test]
    public void WhatDoesNotCountIsZeroEverywhere()
    {
        Targets<double> targets = new([2, 255], new Shape(2, 3), ignored: 255);
        Assert.That(targets.Values.Values.ToArray(), Is.EqualTo(new double[] { 0, 0, 1, 0, 0, 0 }));
        Assert.That(targets.Ignored, Is.EqualTo(255));
        Assert.That(new Targets<double>([-1, 0], new Shape(2, 3), ignored: -1).Values.Values.ToArray(), Is.EqualTo(new double[] { 0, 0, 0, 1, 0, 0 }));
    }

    // Two classes on images of 1 x 3 pixels: the pixels of a class stand side by side.
    [Test]
    public void EachPixelHasALabelOfItsOwn()
    {
        Targets<double> targets = new([1, 0, 1, 0, 9, 1], new Shape(2, 2, 1, 3), ignored: 9);
        Assert.That(targets.Values.Values.ToArray(), Is.EqualTo(new double[] { 0, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 1 }));
    }

    [Test]
    public void ATensorIsTakenAsNumbers()
    {
        Tensor<double> values = new(new Shape(2, 1), [0.25, 7]);
        Targets<double> targets = values;
        Assert.That(targets.Values, Is.SameAs(values));
        Assert.That((targets.Labels.Length, targets.Ignored), Is.EqualTo((0, (int?)null)));
        Assert.That(new MeanSquaredError<double>().Forward(new Tensor<double>(new Shape(2, 1), [0.25, 8]), targets), Is.EqualTo(0.5));
    }

    [Test]
    public void MistakesInLabelsAreErrors()
    {
        Assert.That(() => new Targets<double>([1], new Shape(2, 3)), Throws.TypeOf<InputException>().With.Message.EqualTo("Expected 2 labels for outputs of shape 2x3; found 1."));
        Assert.That(() => new Targets<double>([1, 0], new Shape(2, 3, 4, 5)), Throws.TypeOf<InputException>().With.Message.StartsWith("Expected 40 labels for outputs of shape 2x3x4x5"));
        Assert.That(() => new Targets<double>([1, 3], new Shape(2, 3)), Throws.TypeOf<InputException>().With.Message.EqualTo("Expected labels from 0 to 2; found 3 at 1."));
        Assert.That(() => Cultures.WithCommas(() => new Targets<double>([-1, 0], new Shape(2, 3), ignored: 255)), Throws.TypeOf<InputException>().With.Message.EqualTo("Expected labels from 0 to 2, or 255 to be ignored; found -1 at 0."));
        Assert.That(() => Cultures.WithCommas(() => new Targets<double>([-2, 0], new Shape(2, 3), ignored: -1)), Throws.TypeOf<InputException>().With.Message.EqualTo("Expected labels from 0 to 2, or -1 to be ignored; found -2 at 0."));
    }

    // A mean over the samples would count what does not count.
    [Test]
    public void ALossThatCountsEverySampleRefusesAnIgnoredLabel() =>
        Assert.That(() => new MeanSquaredError<double>().Forward(new Tensor<double>(new Shape(2, 3)), new Targets<double>([2, 255], new Shape(2, 3), ignored: 255)),
            Throws.TypeOf<InputException>().With.Message.StartsWith("MeanSquaredError: expected a target for every sample"));

    [Test]
    public void ErrorsAreCountedWhereOutputsAreClasses()
    {
        Tensor<double> y = new(new Shape(2, 3), [1, 2, 3, 3, 2, 1]);
        Targets<double> targets = new([2, 1], new Shape(2, 3));
        Assert.That(new SoftmaxCrossEntropy<double>().CountErrors(y, targets), Is.EqualTo(1), "the largest wins");
        Assert.That(new MaximumAPosteriori<double>(j: 1).CountErrors(y, targets), Is.EqualTo(2), "the smallest wins");
        Assert.That(new MeanSquaredError<double>().CountErrors(y, targets), Is.Null);
    }
}
