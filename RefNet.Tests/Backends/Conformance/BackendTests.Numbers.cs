using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    [Test]
    public void FillWritesEveryElement() => ForAll(Maps.Generator, (maps, _) =>
    {
        Tensor<T> x = Call<T>.Result(maps.Shape), expected = new(maps.Shape);
        expected.Span.Fill(T.CreateChecked(0.375));
        Backend.Fill(x, T.CreateChecked(0.375));
        AssertEqual("x", x, expected);
    });

    [Test]
    public void CopyGivesTheSameNumbers() => ForAll(Maps.Generator, (maps, call) =>
    {
        Tensor<T> x = call.Operand("x", maps.Shape), y = Call<T>.Result(maps.Shape);
        Backend.Copy(x, y);
        AssertEqual("y", y, x);
    });

    [Test]
    public void SumsAndProductsOfElementsAreRoundedOnce() => ForAll(Maps.Generator, (maps, call) =>
    {
        Tensor<T> a = call.Operand("a", maps.Shape), b = call.Operand("b", maps.Shape), sum = Call<T>.Result(maps.Shape), product = Call<T>.Result(maps.Shape);
        Backend.Add(a, b, sum);
        Backend.Multiply(a, b, product);
        AssertEqual("a + b", sum, Elementwise(a, b, (p, q) => p + q));
        AssertEqual("a b", product, Elementwise(a, b, (p, q) => p * q));

        Tensor<T> scaled = a.Clone(), s = Call<T>.Result(maps.Shape);
        s.Span.Fill(T.CreateChecked(-1.7));
        Backend.Scale(scaled, s.Values[0]);
        AssertEqual("s x", scaled, Elementwise(a, s, (p, q) => p * q));
    });

    [Test]
    public void SumsAndProductsMayReplaceAnOperand() => ForAll(Maps.Generator, (maps, call) =>
    {
        Tensor<T> a = call.Operand("a", maps.Shape), b = call.Operand("b", maps.Shape), c = a.Clone();
        Backend.Add(c, b, c);
        AssertEqual("a = a + b", c, Elementwise(a, b, (p, q) => p + q));
        Backend.Copy(b, c);
        Backend.Multiply(a, c, c);
        AssertEqual("b = a b", c, Elementwise(a, b, (p, q) => p * q));
        Backend.Copy(a, c);
        Backend.Add(c, c, c);
        AssertEqual("a = a + a", c, Elementwise(a, a, (p, q) => p + q));
    });

    // f b, the difference, s times it, and the sum: 4 operations.
    [Test]
    public void AverageMovesTowardsTheNewValue() => ForAll(Maps.Generator, (maps, call) =>
    {
        (T s, T f) = (T.CreateChecked(0.1), T.CreateChecked(1.25));
        Tensor<T> a = call.Sum(maps.Shape), b = call.Operand("b", maps.Shape);
        Tensor<double> expected = Wide(a), before = Sizes(a), bs = Sizes(b);
        Tensor<double> magnitude = Filled(a.Shape, i => before.Values[i] + 0.1 * (1.25 * bs.Values[i] + before.Values[i]));
        truth.Average(expected, double.CreateChecked(s), double.CreateChecked(f), Wide(b));
        Backend.Average(a, s, f, b);
        AssertClose("a + s (f b - a)", a, expected, magnitude, 4);
    });

    private static Tensor<T> Elementwise(Tensor<T> a, Tensor<T> b, Func<T, T, T> f) =>
        new(a.Shape, [.. a.Values.ToArray().Zip(b.Values.ToArray(), f)]);
}
