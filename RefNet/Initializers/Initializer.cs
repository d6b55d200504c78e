using System.Globalization;
using System.Numerics;
using MathNet.Numerics.Distributions;
using RefNet.Tensors;

namespace RefNet.Initializers;

/// <summary>
/// Draws the initial values of weights. The spread depends on fan-in, the number of inputs that one unit sums, and on
/// fan-out, the number of units that one input feeds (LECTURES T8, X29).
/// </summary>
/// <remarks>Numbers are drawn in double, so that a network in float starts from the rounded values of one in double.</remarks>
public abstract class Initializer
{
    /// <summary>Uniform on +-2.4 / fan-in (LeCun et al. 1998, appendix A): what LeNet-5 used.</summary>
    public static Initializer LeNet { get; } = new UniformInitializer("LeNet", (fanIn, _) => 2.4 / fanIn);

    /// <summary>Normal with variance 1 / fan-in (LeCun et al. 1998b, "Efficient BackProp", equation 16): for tanh.</summary>
    public static Initializer LeCun { get; } = new NormalInitializer("LeCun", (fanIn, _) => Math.Sqrt(1.0 / fanIn));

    /// <summary>
    /// Uniform with variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010, equation 16): for tanh and sigmoid. The
    /// slides also give this name to 1 / sqrt(n) (X29), which is <see cref="LeCun"/>.
    /// </summary>
    public static Initializer Xavier { get; } = new UniformInitializer("Xavier", (fanIn, fanOut) => Math.Sqrt(6.0 / (fanIn + fanOut)));

    /// <summary>Normal with variance 2 / fan-in (He et al. 2015, equation 10): for ReLU.</summary>
    public static Initializer He { get; } = new NormalInitializer("He", (fanIn, _) => Math.Sqrt(2.0 / fanIn));

    /// <summary>Normal with a deviation that ignores the size of the layer: signals vanish in a deep network (T8).</summary>
    /// <param name="sigma">The standard deviation, such as 0.01.</param>
    public static Initializer Gaussian(double sigma) => new NormalInitializer(string.Create(CultureInfo.InvariantCulture, $"{nameof(Gaussian)}({sigma})"), (_, _) => sigma);

    /// <summary>All zeros, not random: for the perceptron, and to show that a deeper network with zero weights stays symmetric (T8).</summary>
    public static Initializer Zeros { get; } = new ZeroInitializer();

    /// <summary>
    /// A random orthogonal matrix, times a gain (Saxe et al. 2014, section 3): a deep linear network then preserves the
    /// norms of its signals and gradients. There is one row per unit; for kernels, all other axes form the columns.
    /// </summary>
    /// <param name="gain">1 for linear layers and tanh, √2 for ReLU.</param>
    public static Initializer Orthogonal(double gain = 1) => new OrthogonalInitializer(gain);

    /// <summary>
    /// Bilinear interpolation, not random: for a transposed convolution from C to C channels with kernel 2 f - f mod 2 and stride f, which then
    /// enlarges each map by f (Long et al. 2015, section 3.3); the kernels between different channels are 0.
    /// </summary>
    public static Initializer Bilinear { get; } = new BilinearInitializer();

    /// <summary>The identity, not random: for a convolution from C to C channels with an odd kernel that starts as the identity (Yu and Koltun 2016, equation 4).</summary>
    public static Initializer Identity { get; } = new IdentityInitializer();

    /// <summary>The name of the initialiser in C#.</summary>
    public abstract override string ToString();

    /// <summary>Writes the initial values of weights.</summary>
    public abstract void Fill<T>(Span<T> weights, int fanIn, int fanOut, Random random) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Writes the initial values of weights of a given shape, for initialisers that depend on it; others use only the number of weights.</summary>
    public virtual void Fill<T>(Span<T> weights, Shape shape, int fanIn, int fanOut, Random random) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Fill(weights, fanIn, fanOut, random);

    private sealed class ZeroInitializer : Initializer
    {
        public override void Fill<T>(Span<T> weights, int fanIn, int fanOut, Random random) => weights.Clear();

        public override string ToString() => nameof(Zeros);
    }

    private sealed class UniformInitializer(string name, Func<int, int, double> limit) : Initializer
    {
        public override void Fill<T>(Span<T> weights, int fanIn, int fanOut, Random random)
        {
            double bound = limit(fanIn, fanOut);
            foreach (ref T w in weights)
                w = T.CreateChecked(ContinuousUniform.Sample(random, -bound, bound));
        }

        public override string ToString() => name;
    }

    private sealed class NormalInitializer(string name, Func<int, int, double> deviation) : Initializer
    {
        public override void Fill<T>(Span<T> weights, int fanIn, int fanOut, Random random)
        {
            double sigma = deviation(fanIn, fanOut);
            foreach (ref T w in weights)
                w = T.CreateChecked(Normal.Sample(random, 0, sigma));
        }

        public override string ToString() => name;
    }
}
