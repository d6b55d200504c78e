using System.Globalization;
using System.Numerics;
using MathNet.Numerics.Distributions;
using RefNet.Tensors;

namespace RefNet.Initializers;

/// <summary>
/// Draws the first values of weights. The spread depends on fan-in, the number of inputs that one unit adds up, and on
/// fan-out, the number of units that one input reaches (LECTURES T8, X29).
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
    /// slides also call 1 / sqrt(n) by this name (X29); that one is <see cref="LeCun"/>.
    /// </summary>
    public static Initializer Xavier { get; } = new UniformInitializer("Xavier", (fanIn, fanOut) => Math.Sqrt(6.0 / (fanIn + fanOut)));

    /// <summary>Normal with variance 2 / fan-in (He et al. 2015, equation 10): for ReLU.</summary>
    public static Initializer He { get; } = new NormalInitializer("He", (fanIn, _) => Math.Sqrt(2.0 / fanIn));

    /// <summary>Normal with a deviation that does not look at the size of the layer: how a deep network vanishes (T8).</summary>
    /// <param name="sigma">The standard deviation, such as 0.01.</param>
    public static Initializer Gaussian(double sigma) => new NormalInitializer(string.Create(CultureInfo.InvariantCulture, $"{nameof(Gaussian)}({sigma})"), (_, _) => sigma);

    /// <summary>All zeros, without a draw: for the perceptron, and to show that a deeper network that starts so stays symmetric (T8).</summary>
    public static Initializer Zeros { get; } = new ZeroInitializer();

    /// <summary>
    /// A random orthogonal matrix, times a gain (Saxe et al. 2014, section 3): a deep linear network then keeps the length of what goes through it,
    /// and of the gradient that comes back. A row for each unit; of a kernel, everything else is in the columns.
    /// </summary>
    /// <param name="gain">1 for linear layers and tanh, √2 for ReLU.</param>
    public static Initializer Orthogonal(double gain = 1) => new OrthogonalInitializer(gain);

    /// <summary>
    /// Bilinear interpolation, without a draw: for a transposed convolution from C to C channels with kernel 2 f - f mod 2 and stride f, which then
    /// enlarges each map by f (Long et al. 2015, section 3.3); the kernels between different channels are 0.
    /// </summary>
    public static Initializer Bilinear { get; } = new BilinearInitializer();

    /// <summary>The identity, without a draw: for a convolution from C to C channels with an odd kernel that is to begin as if it were not there (Yu and Koltun 2016, equation 4).</summary>
    public static Initializer Identity { get; } = new IdentityInitializer();

    /// <summary>The name of the initialiser, as C# calls it.</summary>
    public abstract override string ToString();

    /// <summary>Writes the first values of weights.</summary>
    public abstract void Fill<T>(Span<T> weights, int fanIn, int fanOut, Random random) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Writes the first values of weights of a given shape, where that matters; others see their number alone.</summary>
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
