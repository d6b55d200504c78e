using System.Numerics;
using FsCheck;
using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Tensors;
using RefNet.Tests.Generators;

namespace RefNet.Tests.Backends.Conformance;

/// <summary>
/// What every backend must do, one group of operations a file; a fixture closes it for each backend and precision. Where an
/// operation rounds once an element, results are those of the definitions bit for bit; elsewhere the definitions are
/// computed in double, and the distance to them is bounded.
/// </summary>
/// <remarks>
/// The bound. Let u be half of epsilon. An expression in which at most n operations follow one another is off by at most
/// n u times its value with every term taken by its magnitude (Higham 2002, "Accuracy and Stability of Numerical
/// Algorithms", section 3.1, to first order in u), in whatever order a sum is added. The definitions in double are off by
/// as much where T is double itself: 2 n u = n epsilon in all. A sum of k products has n = k.
/// </remarks>
public abstract partial class BackendTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double epsilon = double.CreateChecked(T.BitIncrement(T.One) - T.One);

    // Numbers below it have fewer digits, and processors may take them for 0.
    private static readonly double smallestNormal = typeof(T) == typeof(float) ? Math.Pow(2, -126) : Math.Pow(2, -1022);

    // The definitions, in double and in T.
    private static readonly ReferenceBackend<double> truth = new();
    private static readonly ReferenceBackend<T> definition = new();

    /// <summary>Makes the backend under test.</summary>
    protected abstract IBackend<T> Create();

    private IBackend<T> Backend => field ??= Create();

    [OneTimeTearDown]
    public void DisposeOfTheBackend() => (Backend as IDisposable)?.Dispose();

    private static void ForAll(Gen<Maps> generator, Action<Maps, Call<T>> check) => ForAll(generator, maps => maps.Shrink(), maps => maps.Seed, check);

    private static void ForAll<TCase>(Gen<TCase> generator, Func<TCase, IEnumerable<TCase>> shrink, Func<TCase, int> seed, Action<TCase, Call<T>> check) =>
        Properties.ForAll(generator, shrink, one =>
        {
            Call<T> call = new(seed(one));
            check(one, call);
            call.AssertOperandsAreAsBefore();
        });

    /// <summary>The same numbers in double.</summary>
    private static Tensor<double> Wide(Tensor<T> x) => new(x.Shape, [.. x.Values.ToArray().Select(double.CreateChecked)]);

    /// <summary>The magnitudes of the numbers, in double.</summary>
    private static Tensor<double> Sizes(Tensor<T> x) => Sizes(Wide(x));

    private static Tensor<double> Sizes(Tensor<double> x) => new(x.Shape, [.. x.Values.ToArray().Select(Math.Abs)]);

    /// <summary>A result in double, as an operation writes it.</summary>
    private static Tensor<double> Written(Shape shape, Action<Tensor<double>> write)
    {
        Tensor<double> result = new(shape);
        write(result);
        return result;
    }

    /// <summary>Numbers in double, each made from its place.</summary>
    private static Tensor<double> Filled(Shape shape, Func<int, double> value) => new(shape, [.. Enumerable.Range(0, shape.Count).Select(value)]);

    /// <summary>The same numbers; NaN equals itself, and 0 equals -0.</summary>
    private static void AssertEqual(string name, Tensor<T> found, Tensor<T> expected)
    {
        for (int i = 0; i < expected.Count; i++)
        {
            if (!found.Values[i].Equals(expected.Values[i]))
                Assert.Fail($"{name}: element {i} of {expected.Shape} is {found.Values[i]}, the definition gives exactly {expected.Values[i]}.{Hint(found.Values[i])}");
        }
    }

    /// <summary>Numbers within the bound of the remarks above.</summary>
    /// <param name="name">What they are.</param>
    /// <param name="found">What the backend gave.</param>
    /// <param name="expected">What the definitions give.</param>
    /// <param name="magnitude">The same with every term taken by its magnitude.</param>
    /// <param name="roundings">n, how many operations follow one another.</param>
    private static void AssertClose(string name, Tensor<T> found, Tensor<double> expected, Tensor<double> magnitude, int roundings)
    {
        bool zerosWouldPass = true;
        for (int i = 0; i < expected.Count; i++)
        {
            double tolerance = roundings * epsilon * magnitude.Values[i] + smallestNormal;
            zerosWouldPass &= Math.Abs(expected.Values[i]) <= tolerance;
            if (!(Math.Abs(double.CreateChecked(found.Values[i]) - expected.Values[i]) <= tolerance))
            {
                Assert.Fail($"{name}: element {i} of {expected.Shape} is {found.Values[i]}, the definition gives {expected.Values[i]} ± {tolerance:G3}, "
                    + $"which {roundings} roundings allow.{Hint(found.Values[i])}");
            }
        }

        // Few numbers may all be close to 0 by chance.
        Assert.That(zerosWouldPass && expected.Count >= 8 && expected.Values.ContainsAnyExcept(0.0), Is.False, $"{name}: the tolerance is so wide that zeros would pass");
    }

    private static string Hint(T found) =>
        T.IsNaN(found) ? " Results begin as NaN here: is this element written, and nothing read from the result?" : "";
}
