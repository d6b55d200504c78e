using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Blocks;

/// <summary>
/// Layers in sequence: y = f_L(... f_2(f_1(x))), samples of the input shape of the first -> of the output shape of
/// the last. LECTURES T13, C16.
/// </summary>
/// <param name="layers">The layers, first to last; names must differ, and a layer without one is named after its type and position.</param>
public class Sequential<T>(params ReadOnlySpan<Layer<T>> layers) : Block<T>(layers) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public sealed override Shape OutputShape(Shape input) => Layers.Aggregate(input, (shape, layer) => layer.ShapeOf(shape));

    /// <inheritdoc/>
    public sealed override Cost Cost(Shape input)
    {
        Cost cost = default;
        foreach (Layer<T> layer in Layers)
        {
            cost += layer.Cost(input);
            input = layer.OutputShape(input);
        }

        return cost;
    }

    /// <summary>What the first layer reads of x, and the last one of y; both where there is no layer, since y is x then.</summary>
    public sealed override BackwardReads BackwardReads => Layers.Count == 0
        ? BackwardReads.Both
        : (Layers[0].BackwardReads & BackwardReads.Input) | (Layers[^1].BackwardReads & BackwardReads.Output);

    /// <inheritdoc/>
    private protected sealed override Tensor<T> Compute(Tensor<T> x, Shape outputShape, Mode mode, PassMemory<T> memory)
    {
        Tensor<T> first = x;
        for (int i = 0; i < Layers.Count; i++)
        {
            bool isLast = i == Layers.Count - 1;
            Tensor<T> y = Layers[i].Forward(x, mode, isLast ? memory : memory with { KeepsOutput = Layers[i + 1].ReadsInput });
            if (!x.SharesMemoryWith(first))
                memory.Pool?.Return(x, stillNeeded: y);
            x = y;
        }

        return x;
    }

    // The chain rule, with J_l the matrix of the derivatives of layer l at its own input:
    // (1) dx = J_1ᵀ J_2ᵀ ... J_Lᵀ dy, from the last layer to the first
    // Where dx is not needed, the pass ends at the first layer that learns.

    /// <inheritdoc/>
    private protected sealed override Tensor<T>? ComputeGradient(Tensor<T> x, Tensor<T> y, Tensor<T> dY, bool needsInputGradient, TensorPool<T>? pool)
    {
        int first = needsInputGradient ? 0 : FirstThatLearns();
        Tensor<T>? gradient = dY;
        for (int i = Layers.Count - 1; i >= first; i--)
        {
            Tensor<T> output = gradient!;
            gradient = Layers[i].Backward(output, needsInputGradient || i > first, pool); // (1)
            if (pool is not null && !output.SharesMemoryWith(dY) && !output.SharesMemoryWith(gradient))
                pool.Return(output);
        }

        return first < Layers.Count || needsInputGradient ? gradient : null;
    }

    /// <summary>The C# that creates this block, one line per layer.</summary>
    public override string ToString() => CSharp.New(this, CSharp.Lines(Layers));

    private int FirstThatLearns()
    {
        int first = 0;
        while (first < Layers.Count && !Layers[first].Learns)
            first++;
        return first;
    }
}
