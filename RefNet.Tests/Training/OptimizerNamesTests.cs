using NUnit.Framework;
using RefNet.Layers;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Layers;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Every optimiser that a run can name.</summary>
[TestFixture]
public sealed class OptimizerNamesTests
{
    public static IEnumerable<string> Names => OptimizerNames.All;

    [Test]
    public void EveryOptimizerOfTheEngineHasAName() => Assert.That(
        Names.Select(name => EngineLayers.NameOf(Create(name, Parameters()).GetType())).Distinct(), Is.EquivalentTo(EngineLayers.Concrete(typeof(Optimizer<>)).Select(EngineLayers.NameOf)));

    // What is saved must be all that an optimiser remembers: a run that is resumed ends with the same bits.
    [TestCaseSource(nameof(Names))]
    public void AnOptimizerWithTheStateOfAnotherGoesOnAsItWould(string name)
    {
        Parameter<float>[] whole = Parameters();
        Optimizer<float> original = Create(name, whole);
        Take(5, original, seed: 1);

        Parameter<float>[] resumed = Parameters();
        Optimizer<float> successor = Create(name, resumed);
        foreach ((Parameter<float> from, Parameter<float> to) in whole.Zip(resumed))
            to.Value.CopyFrom(from.Value.Values);
        Dictionary<string, Tensor<float>> saved = new(original.State(Paths));
        Assert.That(successor.State(Paths).Select(item => item.Key), Is.EqualTo(saved.Keys).And.Unique);
        foreach ((string key, Tensor<float> tensor) in successor.State(Paths))
            tensor.CopyFrom(saved[key].Values);

        Take(5, original, seed: 2);
        Take(5, successor, seed: 2);
        foreach ((Parameter<float> expected, Parameter<float> actual) in whole.Zip(resumed))
            TensorAssert.AreIdentical(expected.Value, actual.Value, name);
    }

    [TestCaseSource(nameof(Names))]
    public void AStepLeavesGradientsAsTheyAreAndMovesDownhill(string name)
    {
        Parameter<float>[] parameters = Parameters();
        Optimizer<float> optimizer = Create(name, parameters);
        parameters[0].Gradient.CopyFrom([1, -2, 0]);
        optimizer.Step();
        Assert.That(parameters[0].Gradient.Values.ToArray(), Is.EqualTo(new float[] { 1, -2, 0 }));
        Assert.That(parameters[0].Value[0], Is.LessThan(0));
        Assert.That(parameters[0].Value[1], Is.GreaterThan(0));
        Assert.That(parameters[0].Value[2], Is.Zero, "where the gradient is 0 and was 0 nothing moves");
    }

    private static string[] Paths => ["a.weight", "a.bias"];

    private static Parameter<float>[] Parameters() => [new("weight", new Shape(3), isWeight: true), new("bias", new Shape(2), isWeight: false)];

    private static Optimizer<float> Create(string name, Parameter<float>[] parameters) => OptimizerNames.Create(
        new RunOptions { Model = "mlp", Epochs = 1, BatchSize = 1, Optimizer = name, LearningRate = 0.1, WeightDecay = 0.01 }, parameters);

    private static void Take(int steps, Optimizer<float> optimizer, int seed)
    {
        Random random = Seeds.Create(seed);
        for (int step = 0; step < steps; step++)
        {
            foreach (Parameter<float> parameter in optimizer.Parameters)
                parameter.Gradient.CopyFrom(LayerCase.RandomTensor<float>(parameter.Gradient.Shape, random).Values);
            optimizer.Step();
        }
    }
}
