using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    // D differences, squared and summed. All terms are positive: the magnitude is the result.
    [Test]
    public void SquaredDistancesAreThoseOfTheDefinition() => ForAll(Maps.Vectors, (maps, call) =>
    {
        Tensor<T> x = call.Operand("x", maps.Shape), w = call.Operand("w", Centres(maps)), y = Call<T>.Result(new Shape(maps.N, w.Shape[0]));
        Tensor<double> expected = Written(y.Shape, result => truth.SquaredDistances(Wide(x), Wide(w), result));
        Backend.SquaredDistances(x, w, y);
        AssertClose("y", y, expected, expected, maps.C + 3);
    });

    [Test]
    public void SquaredDistancesGradientIsThatOfTheDefinition() => ForAll(Maps.Vectors, (maps, call) =>
    {
        Tensor<T> x = call.Operand("x", maps.Shape), w = call.Operand("w", Centres(maps)), dY = call.Operand("dY", new Shape(maps.N, w.Shape[0])), dX = Call<T>.Result(maps.Shape);
        Backend.SquaredDistancesGradient(x, w, dY, dX);

        // |x - w| <= |x| + |w|: the definition with -w in the place of w.
        Tensor<double> opposite = Sizes(w);
        truth.Scale(opposite, -1);
        AssertClose("dX", dX,
            Written(dX.Shape, result => truth.SquaredDistancesGradient(Wide(x), Wide(w), Wide(dY), result)),
            Written(dX.Shape, result => truth.SquaredDistancesGradient(Sizes(x), opposite, Sizes(dY), result)), w.Shape[0] + 3);
    });

    /// <summary>Products of x and w would lose all digits here.</summary>
    [Test]
    public void SmallDistancesBetweenLargeNumbersAreExact()
    {
        Tensor<T> x = new(new Shape(1, 20)), w = new(new Shape(3, 20)), y = Call<T>.Result(new Shape(1, 3));
        x.Span.Fill(T.CreateChecked(100_000));
        w.Span.Fill(T.CreateChecked(99_999.5));
        Backend.SquaredDistances(x, w, y);
        Assert.That(y.Values.ToArray(), Is.All.EqualTo(T.CreateChecked(5)), "20 (1/2)²");
    }

    private static Shape Centres(Maps maps) => new(maps.Seed % 12 + 1, maps.C);
}
