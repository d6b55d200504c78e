using System.Numerics;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

/// <summary>
/// The tensors of one call of a backend: operands, which it must leave as they were; results, which it must write, so that
/// they begin as NaN; and sums, which it must add to, so that they begin as numbers.
/// </summary>
internal sealed class Call<T>(int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Random random = Seeds.Create(seed);
    private readonly List<(string Name, Tensor<T> Operand, Tensor<T> Before)> operands = [];

    /// <summary>Numbers from -1 to 1, or others.</summary>
    public Tensor<T> Operand(string name, Shape shape, Func<Random, double>? number = null) => Operand(name, Numbers(shape, number));

    /// <summary>Given numbers.</summary>
    public Tensor<T> Operand(string name, Tensor<T> operand)
    {
        operands.Add((name, operand, operand.Clone()));
        return operand;
    }

    /// <summary>NaN in every place.</summary>
    public static Tensor<T> Result(Shape shape)
    {
        Tensor<T> result = new(shape);
        result.Span.Fill(T.NaN);
        return result;
    }

    /// <summary>Numbers from -1 to 1, which the call changes.</summary>
    public Tensor<T> Sum(Shape shape) => Numbers(shape);

    public void AssertOperandsAreAsBefore()
    {
        foreach ((string name, Tensor<T> operand, Tensor<T> before) in operands)
            TensorAssert.AreIdentical(before, operand, $"{name} is an operand, and a backend leaves its operands as they were");
    }

    private Tensor<T> Numbers(Shape shape, Func<Random, double>? number = null)
    {
        Tensor<T> numbers = new(shape);
        foreach (ref T value in numbers.Span)
            value = T.CreateChecked(number is null ? 2 * random.NextDouble() - 1 : number(random));
        return numbers;
    }
}
