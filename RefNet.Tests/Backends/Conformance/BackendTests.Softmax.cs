using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    // The exponents x_k - m are rounded once, to within u of at most Range, and exp is off by 4 units: a relative error of
    // (Range + 4) u in each exponential, C more in their sum, and one in the quotient.
    private const int Range = 20;

    [Test]
    public void SoftmaxIsThatOfTheDefinition() => ForAll(Maps.Generator, (maps, call) =>
    {
        Tensor<T> x = call.Operand("x", maps.Shape, random => Range * (random.NextDouble() - 0.5)), y = Call<T>.Result(maps.Shape);
        Tensor<double> expected = Written(y.Shape, result => truth.Softmax(Wide(x), result));
        Backend.Softmax(x, y);
        AssertClose("y", y, expected, expected, 2 * (Range + 4) + maps.C + 1);
    });

    [Test]
    public void SoftmaxGradientIsThatOfTheDefinition() => ForAll(Maps.Generator, (maps, call) =>
    {
        Tensor<T> y = call.Operand("y", maps.Shape, random => random.NextDouble()), dY = call.Operand("dY", maps.Shape), dX = Call<T>.Result(maps.Shape);
        Backend.SoftmaxGradient(y, dY, dX);

        // y (|dy| + sum |dy| y) is what the definition gives for y (-|dy| - ...), with the sign of the first term turned.
        Tensor<double> ys = Wide(y), sizes = Sizes(dY), difference = Written(dX.Shape, result => truth.SoftmaxGradient(ys, sizes, result));
        AssertClose("dX", dX,
            Written(dX.Shape, result => truth.SoftmaxGradient(ys, Wide(dY), result)),
            Filled(dX.Shape, i => 2 * ys.Values[i] * sizes.Values[i] - difference.Values[i]), maps.C + 3);
    });

    [Test]
    public void SoftmaxDoesNotOverflowAndTakesMinusInfinity()
    {
        double n = double.NegativeInfinity;
        Tensor<T> x = new(new Shape(3, 4), [.. new[] { 1e4, 1e4, -1e4, n, 88, -1e30, n, n, -500, -500, -500, -500 }.Select(T.CreateChecked)]);
        Tensor<T> y = Call<T>.Result(x.Shape);
        Backend.Softmax(x, y);
        AssertEqual("y", y, new Tensor<T>(x.Shape, [.. new[] { 0.5, 0.5, 0, 0, 1, 0, 0, 0, 0.25, 0.25, 0.25, 0.25 }.Select(T.CreateChecked)]));
    }

    [Test]
    public void ANaNStaysAtItsPosition()
    {
        Tensor<T> x = new(new Shape(2, 3, 4, 5)), y = Call<T>.Result(x.Shape);
        x[1, 2, 3, 4] = T.NaN;
        Backend.Softmax(x, y);
        for (int i = 0; i < y.Count; i++)
            Assert.That(T.IsNaN(y.Values[i]), Is.EqualTo(i / 60 == 1 && i % 20 == 19), $"element {i}: the NaN stands in sample 1 at row 3, column 4");
    }
}
