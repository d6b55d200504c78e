using NUnit.Framework;
using RefNet.Backends;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    public static IEnumerable<ElementKernel> Kernels =>
        from function in Enum.GetValues<ElementFunction>()
        select new ElementKernel(function, function switch { ElementFunction.LeakyReLU => 0.25, ElementFunction.Elu => 1.5, ElementFunction.InversePower => 0.75, _ => 0 });

    // Fast functions are off by 4 units in the last place at most, as many epsilons; 4 more for the factors of a scaled one.
    // What exp(x) - 1 and log(1 + e) lose near 0 is a unit of 1.
    [TestCaseSource(nameof(Kernels))]
    public void MapIsTheFunction(ElementKernel kernel) => ForAll(Maps.Generator, (maps, call) =>
    {
        KnownFunction<double> f = new(kernel);
        Tensor<T> x = call.Operand("x", maps.Shape, random => 24 * random.NextDouble() - 12), y = Call<T>.Result(maps.Shape);
        double one = kernel.Function is ElementFunction.Elu or ElementFunction.Softplus ? 1 + kernel.Parameter : 0;
        Tensor<double> xs = Sizes(x), expected = Written(y.Shape, result => truth.Map(f, Wide(x), result));
        Backend.Map(new KnownFunction<T>(kernel), x, y);
        AssertClose("y", y, expected, Filled(y.Shape, i => kernel.Function == ElementFunction.None ? f.Value(xs.Values[i]) : Math.Abs(expected.Values[i]) + one), 8);
    });

    // Slopes are made of x and y by 4 operations at most, a fast exp among them, and dY multiplies: 8 at most. No term
    // of theirs is above 2 (1 + |x| + y²).
    [TestCaseSource(nameof(Kernels))]
    public void MapGradientIsTheSlope(ElementKernel kernel) => ForAll(Maps.Generator, (maps, call) =>
    {
        KnownFunction<T> f = new(kernel);
        Tensor<T> x = call.Operand("x", maps.Shape, random => 6 * random.NextDouble() - 3), dY = call.Operand("dY", maps.Shape);
        Tensor<T> y = call.Operand("y", new Tensor<T>(x.Shape, [.. x.Values.ToArray().Select(f.Value)])), dX = Call<T>.Result(maps.Shape);
        Tensor<double> xs = Sizes(x), ys = Sizes(y), dys = Sizes(dY);
        Tensor<T> undefined = Call<T>.Result(x.Shape);
        bool readsX = kernel.Function is not (ElementFunction.ReLU or ElementFunction.Tanh or ElementFunction.ScaledTanh or ElementFunction.Sigmoid);
        bool readsY = kernel.Function is not (ElementFunction.LeakyReLU or ElementFunction.Softplus);
        Backend.MapGradient(f, readsX ? x : undefined, readsY ? y : undefined, dY, dX);
        AssertClose("dX", dX,
            Written(dX.Shape, result => truth.MapGradient(new KnownFunction<double>(kernel), Wide(x), Wide(y), Wide(dY), result)),
            Filled(dX.Shape, i => dys.Values[i] * 2 * (1 + xs.Values[i] + ys.Values[i] * ys.Values[i])), 8);
    });

    [TestCaseSource(nameof(Kernels))]
    public void TheFunctionKeepsItsKinksAndItsEnds(ElementKernel kernel)
    {
        KnownFunction<T> f = new(kernel);
        double[] ends = [0, -0.0, 1, -1, 100, -100, 1e30, -1e30, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        // The same numbers again where a register holds them and where a loop over the rest does.
        Tensor<T> x = new(new Shape(5, ends.Length), [.. Enumerable.Repeat(ends, 5).SelectMany(end => end).Select(T.CreateChecked)]);
        Tensor<T> y = Call<T>.Result(x.Shape), dX = Call<T>.Result(x.Shape), dY = new(x.Shape);
        dY.Span.Fill(T.One);
        Backend.Map(f, x, y);
        Backend.MapGradient(f, x, y, dY, dX);
        for (int i = 0; i < x.Count; i++)
        {
            (T at, T value) = (x.Values[i], f.Value(x.Values[i]));
            Assert.That(IsNear(y.Values[i], value), $"{kernel.Function}({at}) is {y.Values[i]}, expected {value}");
            Assert.That(IsNear(dX.Values[i], f.Slope(at, y.Values[i])), $"the slope of {kernel.Function} at {at} is {dX.Values[i]}, expected {f.Slope(at, y.Values[i])}");
        }

        // 8 epsilons, as above, of a number or of 1.
        static bool IsNear(T found, T expected) => T.IsFinite(expected)
            ? T.Abs(found - expected) <= T.CreateChecked(8 * epsilon) * T.Max(T.One, T.Abs(expected))
            : found.Equals(expected);
    }
}
