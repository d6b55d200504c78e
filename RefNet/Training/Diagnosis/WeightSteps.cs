using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Training.Diagnosis;

/// <summary>The size of steps relative to the weights of each layer: |Δθ| / |θ|.</summary>
/// <remarks>Biases are left out, since they start at 0; so are steps from weights that are all 0.</remarks>
internal sealed class WeightSteps<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly (string Path, Parameter<T>[] Weights)[] layers;
    private readonly Dictionary<string, (double Sum, double Largest, int Steps)> shares = [];
    private readonly Dictionary<Parameter<T>, Tensor<T>> before = [];

    public WeightSteps(Network<T> network) => layers = [.. WeightsOf(network).Where(layer => layer.Weights.Any(weight => !weight.IsFrozen))];

    /// <summary>The layers that have weights, with their paths.</summary>
    public static IEnumerable<(string Path, Parameter<T>[] Weights)> WeightsOf(Network<T> network) =>
        from place in network.Walk()
        where place.Layer.Layers.Count == 0
        let weights = place.Layer.Parameters.Where(parameter => parameter.IsWeight).ToArray()
        where weights.Length > 0
        select (place.Path, weights);

    /// <summary>Takes a step and measures it.</summary>
    public double Measure(Func<double> step)
    {
        foreach (Parameter<T> weight in layers.SelectMany(layer => layer.Weights))
        {
            if (before.TryGetValue(weight, out Tensor<T>? old))
                old.CopyFrom(weight.Value.Values);
            else
                before[weight] = weight.Value.Clone();
        }

        double loss = step();
        foreach ((string path, Parameter<T>[] weights) in layers)
        {
            double change = Norm(weights.Select(weight => Difference(weight.Value, before[weight]))), size = Norm(weights.Select(weight => SumOfSquares(before[weight])));
            if (size == 0)
                continue;
            (double sum, double largest, int steps) = shares.GetValueOrDefault(path);
            shares[path] = (sum + change / size, Math.Max(largest, change / size), steps + 1);
        }

        return loss;
    }

    /// <summary>The mean over the steps; null where the layer is frozen, or has no weights other than 0, or no step was taken.</summary>
    public double? MeanOf(string path) => shares.TryGetValue(path, out (double Sum, double, int Steps) share) ? share.Sum / share.Steps : null;

    /// <summary>The largest of the steps; null in the same cases.</summary>
    public double? LargestOf(string path) => shares.TryGetValue(path, out (double, double Largest, int) share) ? share.Largest : null;

    /// <summary>Σ v².</summary>
    public static double SumOfSquares(Tensor<T> values)
    {
        double sum = 0;
        foreach (T value in values.Values)
            sum += double.CreateChecked(value) * double.CreateChecked(value);
        return sum;
    }

    private static double Difference(Tensor<T> a, Tensor<T> b)
    {
        ReadOnlySpan<T> left = a.Values, right = b.Values;
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            double d = double.CreateChecked(left[i]) - double.CreateChecked(right[i]);
            sum += d * d;
        }

        return sum;
    }

    private static double Norm(IEnumerable<double> squares) => Math.Sqrt(squares.Sum());
}
