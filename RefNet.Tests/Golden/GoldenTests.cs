using NUnit.Framework;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Optimizers.Schedules;
using RefNet.Tensors;
using RefNet.Tests.Layers;

namespace RefNet.Tests.Golden;

/// <summary>RefNet in double against PyTorch in float64. The arrays are files; no Python is needed.</summary>
[TestFixture]
public sealed class GoldenTests
{
    // Nothing else is excused.
    private static readonly Dictionary<string, string> WithoutCounterpart = new()
    {
        ["Dropout"] = "its masks come from the engine's own random source; DropoutTests pins their law and what they do",
    };

    public static IEnumerable<string> Layers => Named(typeof(Layer<>)).Intersect(GoldenFile.Names);

    public static IEnumerable<string> Losses => Named(typeof(Loss<>)).Intersect(GoldenFile.Names);

    public static IEnumerable<string> Optimizers => Named(typeof(Optimizer<>)).Intersect(GoldenFile.Names);

    public static IEnumerable<string> Schedules => Named(typeof(LearningRateSchedule)).Intersect(GoldenFile.Names);

    public static IEnumerable<string> All =>
        [.. Named(typeof(Layer<>)), .. Named(typeof(Loss<>)), .. Named(typeof(Optimizer<>)), .. Named(typeof(LearningRateSchedule))];

    [TestCaseSource(nameof(All))]
    public void EachTypeHasGoldenArraysOrAReason(string type)
    {
        if (WithoutCounterpart.TryGetValue(type, out string? reason))
            Assert.Pass($"{type} has none: {reason}.");
        Assert.That(GoldenFile.Names, Does.Contain(type),
            $"{type} has no golden arrays: write its cases in RefNet.Tests/Golden/make_golden.py, run that with PyTorch, and say in "
            + $"GoldenTests how the type is built from its settings. Where PyTorch has no counterpart, say why in {nameof(WithoutCounterpart)}.");
    }

    [TestCaseSource(nameof(Layers))]
    public void ALayerAgreesWithPyTorch(string name)
    {
        foreach (GoldenCase c in GoldenFile.Cases(name))
        {
            string what = $"{name} {c.Settings}:";
            Layer<double> layer = GoldenLayers.Create(name, c);
            foreach (Parameter<double> parameter in layer.Parameters)
                parameter.Value.CopyFrom(c.Arrays[parameter.Name].Span);
            foreach (Buffer<double> buffer in layer.Buffers)
                buffer.Value.CopyFrom(c.Arrays[buffer.Name].Span);

            GoldenFile.AssertAgrees(c.Arrays["y"], layer.Forward(c.Arrays["x"], c.Named<Mode>("mode")), $"{what} y");
            GoldenFile.AssertAgrees(c.Arrays["dX"], layer.Backward(c.Arrays["dY"]), $"{what} dX");
            foreach (Parameter<double> parameter in layer.Parameters)
                GoldenFile.AssertAgrees(c.Arrays[$"{parameter.Name}.gradient"], parameter.Gradient, $"{what} d{parameter.Name}");
            foreach (Buffer<double> buffer in layer.Buffers)
                GoldenFile.AssertAgrees(c.Arrays[$"{buffer.Name}.after"], buffer.Value, $"{what} {buffer.Name}");
        }
    }

    [TestCaseSource(nameof(Losses))]
    public void ALossAgreesWithPyTorch(string name)
    {
        foreach (GoldenCase c in GoldenFile.Cases(name))
        {
            Loss<double> loss = name switch
            {
                "MaximumAPosteriori" => new MaximumAPosteriori<double>(c.Double("j")),
                "MeanSquaredError" => new MeanSquaredError<double>(),
                "PerceptronCriterion" => new PerceptronCriterion<double>(),
                "SoftmaxCrossEntropy" => new SoftmaxCrossEntropy<double>(),
                _ => throw new ArgumentException($"Say here how {name} is built from the settings of its golden cases."),
            };
            Tensor<double> value = new(new Shape(1), [loss.Forward(c.Arrays["y"], c.Arrays["target"])]);
            GoldenFile.AssertAgrees(c.Arrays["loss"], value, $"{name} {c.Settings}: loss");
            GoldenFile.AssertAgrees(c.Arrays["dY"], loss.Backward(), $"{name} {c.Settings}: dY");
        }
    }

    [TestCaseSource(nameof(Optimizers))]
    public void AHundredStepsOfAnOptimizerAgreeWithPyTorch(string name)
    {
        foreach (GoldenCase c in GoldenFile.Cases(name))
        {
            Parameter<double> theta = new("theta", c.Arrays["start"].Shape);
            theta.Value.CopyFrom(c.Arrays["start"].Span);
            double rate = c.Arrays["rates"][0];
            Optimizer<double> optimizer = name switch
            {
                "Momentum" => new Momentum<double>([theta], rate, c.Double("momentum")),
                "PerceptronRule" => new PerceptronRule<double>([theta], rate),
                "StochasticGradientDescent" => new StochasticGradientDescent<double>([theta], rate),
                _ => throw new ArgumentException($"Say here how {name} is built from the settings of its golden cases."),
            };
            for (int step = 0; step < c.Arrays["rates"].Count; step++)
            {
                optimizer.LearningRate = c.Arrays["rates"][step];
                theta.Gradient.CopyFrom(c.Arrays["gradients"].Sample(step));
                optimizer.Step();
                Tensor<double> expected = new(theta.Value.Shape, c.Arrays["path"].Sample(step));
                GoldenFile.AssertAgrees(expected, theta.Value, $"{name} {c.Settings}: θ after step {step + 1}");
            }
        }
    }

    [TestCaseSource(nameof(Schedules))]
    public void AScheduleAgreesWithPyTorch(string name)
    {
        foreach (GoldenCase c in GoldenFile.Cases(name))
        {
            LearningRateSchedule schedule = name switch
            {
                "ConstantRate" => new ConstantRate(c.Double("rate")),
                "ExponentialDecay" => new ExponentialDecay(c.Double("rate"), c.Double("k")),
                "StepDecay" => new StepDecay(c.Double("rate"), c.Int("every"), c.Double("factor")),
                _ => throw new ArgumentException($"Say here how {name} is built from the settings of its golden cases."),
            };
            Tensor<double> rates = new(c.Arrays["rates"].Shape, [.. Enumerable.Range(0, c.Arrays["rates"].Count).Select(schedule.RateOf)]);
            GoldenFile.AssertAgrees(c.Arrays["rates"], rates, $"{name} {c.Settings}: rates");
        }
    }

    private static IEnumerable<string> Named(Type baseType) => EngineLayers.Concrete(baseType).Select(EngineLayers.NameOf);
}
