using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    [Test]
    public void AddBiasAddsOneNumberToEachChannel() => ForAll(Maps.Generator, (maps, call) =>
    {
        Tensor<T> b = call.Operand("b", maps.PerChannel), y = call.Sum(maps.Shape), expected = y.Clone();
        definition.AddBias(b, expected);
        Backend.AddBias(b, y);
        AssertEqual("y + b", y, expected);
    });

    [Test]
    public void AddBiasGradientAddsTheSumOfEachChannel() => ForAll(Maps.Generator, (maps, call) =>
    {
        Tensor<T> dY = call.Operand("dY", maps.Shape), db = call.Sum(maps.PerChannel);
        Tensor<double> expected = Wide(db), magnitude = Sizes(db);
        truth.AddBiasGradient(Wide(dY), expected);
        truth.AddBiasGradient(Sizes(dY), magnitude);
        Backend.AddBiasGradient(dY, db);
        AssertClose("db", db, expected, magnitude, maps.Count + 1);
    });

    [Test]
    public void CopyChannelsLeavesTheOtherChannels() => ForAll(Maps.Generator, (maps, call) =>
    {
        int count = maps.Seed % maps.C + 1, fromFirst = maps.Seed % (maps.C - count + 1), toFirst = maps.Seed % 3;
        Tensor<T> from = call.Operand("from", maps.Shape), to = call.Sum((maps with { C = count + toFirst + 1 }).Shape), expected = to.Clone();
        for (int n = 0; n < maps.N; n++)
        {
            for (int c = 0; c < count; c++)
                from.Plane(n, fromFirst + c).CopyTo(expected.PlaneSpan(n, toFirst + c));
        }

        Backend.CopyChannels(from, fromFirst, to, toFirst, count);
        AssertEqual($"{count} channels from {fromFirst} on, copied to {toFirst}", to, expected);
    });

    /// <summary>What has a factor of its own: a channel, a channel of each sample, or that with a plane of 1 x 1.</summary>
    public enum FactorsOf
    {
        Channels,
        Samples,
        SamplesAsMaps,
    }

    [Test]
    public void ScaleChannelsMultipliesEachChannel([Values] FactorsOf factors) => ForAll(Maps.Generator, (maps, call) =>
    {
        Tensor<T> x = call.Operand("x", maps.Shape), w = call.Operand("w", ShapeOf(factors, maps));
        Tensor<T> y = Call<T>.Result(maps.Shape), expected = new(maps.Shape), inPlace = x.Clone();
        definition.ScaleChannels(x, w, expected);
        Backend.ScaleChannels(x, w, y);
        AssertEqual("w x", y, expected);
        Backend.ScaleChannels(inPlace, w, inPlace);
        AssertEqual("x = w x", inPlace, expected);
    });

    [Test]
    public void AddScaleGradientAddsTheProductsOfEachChannel([Values] FactorsOf factors) => ForAll(Maps.Generator, (maps, call) =>
    {
        Tensor<T> dY = call.Operand("dY", maps.Shape), x = call.Operand("x", maps.Shape), dw = call.Sum(ShapeOf(factors, maps));
        Tensor<double> expected = Wide(dw), magnitude = Sizes(dw);
        truth.AddScaleGradient(Wide(dY), Wide(x), expected);
        truth.AddScaleGradient(Sizes(dY), Sizes(x), magnitude);
        Backend.AddScaleGradient(dY, x, dw);
        AssertClose("dw", dw, expected, magnitude, maps.Count + 1);
    });

    [Test]
    public void SumNeighboursAddsTheChannelsAround() => ForAll(Maps.Generator, (maps, call) =>
    {
        int before = maps.Seed % 4, after = maps.Seed / 4 % 4;
        Tensor<T> x = call.Operand("x", maps.Shape), y = Call<T>.Result(maps.Shape);
        Tensor<double> expected = Written(maps.Shape, sum => truth.SumNeighbours(Wide(x), before, after, sum));
        Tensor<double> magnitude = Written(maps.Shape, sum => truth.SumNeighbours(Sizes(x), before, after, sum));
        Backend.SumNeighbours(x, before, after, y);
        AssertClose($"sum of {before} channels before and {after} after", y, expected, magnitude, before + after);
    });

    private static Shape ShapeOf(FactorsOf factors, Maps maps) => factors switch
    {
        FactorsOf.Channels => maps.PerChannel,
        FactorsOf.Samples => new Shape(maps.N, maps.C),
        _ => new Shape(maps.N, maps.C, 1, 1),
    };
}
