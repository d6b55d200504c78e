using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Blocks;

/// <summary>
/// Branches whose channels are concatenated: y = [f_1(x), f_2(x), ...], samples of the branches' input shape ->
/// C_1 + C_2 + ... x H x W, or C_1 + C_2 + ... for vectors. Szegedy et al. 2015, figure 2 (Inception); Huang et al. 2017, equation 2
/// (with an <see cref="Identity{T}"/> as a branch, DenseNet); LECTURES L16.
/// </summary>
/// <remarks>Loops: ReferenceBackend.Channels, ReferenceBackend.Numbers.</remarks>
public sealed class Concatenation<T> : Block<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T>?[] gradients; // of the outputs of the branches

    /// <summary>Creates a concatenation of branches.</summary>
    /// <param name="branches">The branches, one or more; names must differ, and a layer without one is named after its type and position.</param>
    public Concatenation(params ReadOnlySpan<Layer<T>> branches) : base(branches)
    {
        if (branches.IsEmpty)
            throw new ArgumentException("A concatenation needs one branch or more.", nameof(branches));
        gradients = new Tensor<T>?[branches.Length];
    }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        int[] output = Layers[0].ShapeOf(input).ToArray();
        foreach (Layer<T> branch in Layers.Skip(1))
        {
            Shape shape = branch.ShapeOf(input);
            if (!shape.ToArray().AsSpan(1).SequenceEqual(output.AsSpan(1)))
                throw Unfit($"maps of the size that {Layers[0].Name} gives, {Layers[0].ShapeOf(input)}; {branch.Name} gives others", shape);
            output[0] += shape[0];
        }

        return new Shape(output);
    }

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => Layers.Aggregate(default(Cost), (sum, branch) => sum + branch.Cost(input));

    /// <summary>What any of the branches reads of x; of y nothing, since the gradients of the branches are channels of dY.</summary>
    public override BackwardReads BackwardReads => ReadsOfBranches();

    /// <inheritdoc/>
    private protected override Tensor<T> Compute(Tensor<T> x, Shape outputShape, Mode mode, PassMemory<T> memory)
    {
        Tensor<T> y = OutputMemory(outputShape, memory);
        int first = 0;
        for (int i = 0; i < Layers.Count; i++)
        {
            Tensor<T> branch = Layers[i].Forward(x, mode, memory with { KeepsOutput = false });
            Backend.CopyChannels(branch, 0, y, first, branch.Shape[1]); // y = [f_1(x), f_2(x), ...]
            first += branch.Shape[1];
            memory.Pool?.Return(branch, stillNeeded: x);
        }

        return y;
    }

    // Each channel of y is a channel of one branch, and x reaches y through every branch:
    // (1) dF_k = the channels of dY that belong to branch k
    // (2) dX = sum_k F_k'ᵀ dF_k

    /// <inheritdoc/>
    private protected override Tensor<T>? ComputeGradient(Tensor<T> x, Tensor<T> y, Tensor<T> dY, bool needsInputGradient, TensorPool<T>? pool)
    {
        Tensor<T>? dX = needsInputGradient ? InputGradientMemory(x.Shape, pool) : null;
        int first = 0;
        for (int i = 0; i < Layers.Count; i++)
        {
            Tensor<T> dF = Tensor<T>.Reuse(ref gradients[i], Layers[i].LastOutputShape);
            Backend.CopyChannels(dY, first, dF, 0, dF.Shape[1]); // (1)
            first += dF.Shape[1];
            Tensor<T>? branch = Layers[i].Backward(dF, needsInputGradient, pool);
            if (dX is null || branch is null)
                continue;
            if (i == 0)
                Backend.Copy(branch, dX);
            else
                Backend.Add(dX, branch, dX); // (2)
            pool?.Return(branch, stillNeeded: dF);
        }

        return dX;
    }

    /// <summary>The C# that creates this block, one line per branch.</summary>
    public override string ToString() => CSharp.New(this, CSharp.Lines(Layers));
}
