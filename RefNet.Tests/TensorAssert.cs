using System.Numerics;
using System.Runtime.InteropServices;
using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests;

/// <summary>Comparisons of tensors that name the first, or the worst, element that differs.</summary>
public static class TensorAssert
{
    /// <summary>The same shape and the same bits; NaN equals itself, and 0 differs from -0.</summary>
    public static void AreIdentical<T>(Tensor<T> expected, Tensor<T> actual, string what) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.That(actual.Shape, Is.EqualTo(expected.Shape), what);
        if (MemoryMarshal.AsBytes(actual.Values).SequenceEqual(MemoryMarshal.AsBytes(expected.Values)))
            return;
        int index = 0;
        while (MemoryMarshal.AsBytes(actual.Values.Slice(index, 1)).SequenceEqual(MemoryMarshal.AsBytes(expected.Values.Slice(index, 1))))
            index++;
        Assert.Fail($"{what}: element {index} of {expected.Shape} is {actual.Values[index]}, expected {expected.Values[index]}, bit for bit.");
    }

    /// <summary>The same shape, and elements whose difference is at most tolerance x max(1, the largest expected one).</summary>
    public static void AreClose<T>(Tensor<T> expected, Tensor<T> actual, double tolerance, string what) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.That(actual.Shape, Is.EqualTo(expected.Shape), what);
        double largest = 1;
        foreach (T value in expected.Values)
            largest = Math.Max(largest, Math.Abs(double.CreateChecked(value)));
        for (int i = 0; i < expected.Count; i++)
        {
            double difference = Math.Abs(double.CreateChecked(actual.Values[i]) - double.CreateChecked(expected.Values[i]));
            if (!(difference <= tolerance * largest))
                Assert.Fail($"{what}: element {i} of {expected.Shape} is {actual.Values[i]}, expected {expected.Values[i]} within {tolerance * largest}.");
        }
    }
}
