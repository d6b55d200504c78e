using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Optimizers.Schedules;
using RefNet.Regularizers;
using RefNet.Tensors;

namespace RefNet.Tests.Golden;

/// <summary>An array that PyTorch computed and the same one as RefNet computes it.</summary>
/// <param name="What">Which array of which case.</param>
/// <param name="Expected">PyTorch's.</param>
/// <param name="Actual">RefNet's.</param>
internal sealed record GoldenComparison(string What, Tensor<double> Expected, Tensor<double> Actual)
{
    /// <summary>The largest |actual - expected| that passes, relative to the largest expected element of the array.</summary>
    public const double Tolerance = 1e-10;

    // Where the true array is zero (the gradient of a bias in front of batch normalisation, X17) both engines give what
    // rounding leaves, up to 40 terms x 3 x 2^-53 = 1e-14. A scale of 1e-3 or more allows for ten times that.
    private const double SmallestScale = 1e-3;

    /// <summary>The largest |actual - expected|, relative to the largest expected element; infinite where the shapes differ.</summary>
    public double Difference
    {
        get
        {
            if (!Actual.Shape.Equals(Expected.Shape))
                return double.PositiveInfinity;
            double scale = Math.Max(SmallestScale, Expected.Values.ToArray().Max(Math.Abs));
            return Expected.Values.ToArray().Zip(Actual.Values.ToArray(), (expected, actual) => Math.Abs(actual - expected)).Max() / scale;
        }
    }

    /// <summary>Every array of every case of a type.</summary>
    public static IEnumerable<GoldenComparison> Of(Type type)
    {
        string name = type.Name.Split('`')[0];
        Func<GoldenCase, IEnumerable<GoldenComparison>> compare = type switch
        {
            _ when type.IsAssignableTo(typeof(LearningRateSchedule)) => c => OfSchedule(name, c),
            _ when type.BaseType!.Namespace == typeof(Optimizer<>).Namespace => c => OfOptimizer(name, c),
            _ when type.BaseType!.Namespace == typeof(Loss<>).Namespace => c => OfLoss(name, c),
            _ when type.BaseType!.Namespace == typeof(Regularizer<>).Namespace => c => OfRegularizer(name, c),
            _ => c => OfLayer(name, c),
        };
        foreach (GoldenCase c in GoldenFile.Cases(name))
        {
            foreach (GoldenComparison comparison in compare(c))
                yield return comparison with { What = $"{name} {c.Settings}: {comparison.What}" };
        }
    }

    private static IEnumerable<GoldenComparison> OfLayer(string name, GoldenCase c)
    {
        Layer<double> layer = GoldenTypes.Layer(name, c);
        foreach ((string path, Parameter<double> parameter) in layer.NamedParameters())
            parameter.Value.CopyFrom(c.Arrays[path].Values);
        foreach ((string path, Buffer<double> buffer) in layer.NamedBuffers())
            buffer.Value.CopyFrom(c.Arrays[path].Values);

        yield return new("y", c.Arrays["y"], layer.Forward(c.Arrays["x"], c.Named<Mode>("mode")));
        yield return new("dX", c.Arrays["dX"], layer.Backward(c.Arrays["dY"]));
        foreach ((string path, Parameter<double> parameter) in layer.NamedParameters())
            yield return new($"gradient of {path}", c.Arrays[$"{path}.gradient"], parameter.Gradient);
        foreach ((string path, Buffer<double> buffer) in layer.NamedBuffers())
            yield return new($"{path} afterwards", c.Arrays[$"{path}.after"], buffer.Value);
    }

    private static IEnumerable<GoldenComparison> OfLoss(string name, GoldenCase c)
    {
        Loss<double> loss = GoldenTypes.Loss(name, c);
        double value = loss.Forward(c.Arrays["y"], c.Arrays["target"]);
        yield return new("loss", c.Arrays["loss"], new Tensor<double>(new Shape(1), [value]));
        yield return new("dY", c.Arrays["dY"], loss.Backward());
    }

    private static IEnumerable<GoldenComparison> OfRegularizer(string name, GoldenCase c)
    {
        Regularizer<double> regularizer = GoldenTypes.Regularizer(name, c);
        Parameter<double>[] parameters =
        [
            new("weight", c.Arrays["weight"].Shape, isWeight: true),
            new("bias", c.Arrays["bias"].Shape, isWeight: false),
        ];
        foreach (Parameter<double> parameter in parameters)
            parameter.Value.CopyFrom(c.Arrays[parameter.Name].Values);
        yield return new("value", c.Arrays["value"], new Tensor<double>(new Shape(1), [regularizer.Forward(parameters)]));
        regularizer.Backward(parameters);
        foreach (Parameter<double> parameter in parameters)
            yield return new($"gradient of {parameter.Name}", c.Arrays[$"{parameter.Name}.gradient"], parameter.Gradient);
    }

    // Given gradients, step by step; each row of the path is where the parameters are after a step.
    private static IEnumerable<GoldenComparison> OfOptimizer(string name, GoldenCase c)
    {
        Parameter<double> theta = new("theta", c.Arrays["start"].Shape, isWeight: true);
        theta.Value.CopyFrom(c.Arrays["start"].Values);
        Optimizer<double> optimizer = GoldenTypes.Optimizer(name, c, theta);
        Tensor<double> path = new(c.Arrays["path"].Shape);
        for (int step = 0; step < path.Shape[0]; step++)
        {
            optimizer.LearningRate = c.Arrays["rates"][step];
            theta.Gradient.CopyFrom(c.Arrays["gradients"].Sample(step));
            optimizer.Step();
            theta.Value.Values.CopyTo(path.SampleSpan(step));
        }

        yield return new("path", c.Arrays["path"], path);
    }

    private static IEnumerable<GoldenComparison> OfSchedule(string name, GoldenCase c)
    {
        LearningRateSchedule schedule = GoldenTypes.Schedule(name, c);
        Tensor<double> rates = new(c.Arrays["rates"].Shape);
        double[] losses = c.Arrays.TryGetValue("losses", out Tensor<double>? given) ? given.Values.ToArray() : new double[rates.Count];
        for (int epoch = 0; epoch < rates.Count; epoch++)
            rates[epoch] = schedule.RateOf(epoch, losses.AsSpan(0, epoch));
        yield return new("rates", c.Arrays["rates"], rates);
    }
}
