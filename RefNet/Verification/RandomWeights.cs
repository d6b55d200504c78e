using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>u, drawn uniformly from -1 to 1, which reduces the outputs of a layer to the single number u·y. Callers get copies.</summary>
internal sealed class RandomWeights(int seed)
{
    private Tensor<double>? u;

    /// <summary>u_i y_i.</summary>
    public double[] Terms(Tensor<double> y)
    {
        double[] terms = new double[y.Count];
        TensorPrimitives.Multiply(For(y.Shape).Values, y.Values, terms);
        return terms;
    }

    /// <summary>The gradient of u·y with respect to the last y.</summary>
    public Tensor<double> Gradient() => u!.Clone();

    /// <summary>The gradient of u·y with respect to an output of a shape.</summary>
    public Tensor<double> Gradient(Shape shape) => For(shape).Clone();

    private Tensor<double> For(Shape shape)
    {
        if (u is null || !u.Shape.Equals(shape))
        {
            u = new Tensor<double>(shape);
            Random random = Seeds.Create(seed);
            foreach (ref double weight in u.Span)
                weight = 2 * random.NextDouble() - 1;
        }

        return u;
    }
}
