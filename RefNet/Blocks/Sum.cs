using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Blocks;

/// <summary>
/// Branches whose outputs are added: y = f_1(x) + f_2(x) + ..., samples of the branches' input shape -> of their
/// common output shape. With an <see cref="Identity{T}"/> or a projection as the second branch it is a residual
/// block, y = F(x) + P(x). He et al. 2016, equations 1 and 2; LECTURES L16, X16.
/// </summary>
/// <remarks>
/// The ReLU that follows the addition in the paper is a separate layer, after this block (X16).
/// Loops: ReferenceBackend.Numbers.
/// </remarks>
public class Sum<T> : Block<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a sum of branches.</summary>
    /// <param name="branches">The branches, one or more; names must differ, and a layer without one is named after its type and position.</param>
    public Sum(params ReadOnlySpan<Layer<T>> branches) : base(branches)
    {
        if (branches.IsEmpty)
            throw new ArgumentException("A sum needs one branch or more.", nameof(branches));
    }

    /// <inheritdoc/>
    public sealed override Shape OutputShape(Shape input)
    {
        Shape output = Layers[0].ShapeOf(input);
        foreach (Layer<T> branch in Layers)
        {
            if (!branch.ShapeOf(input).Equals(output))
                throw Unfit($"branches of the shape that {Layers[0].Name} gives, {output} (a projection changes the shape); {branch.Name} gives another", branch.ShapeOf(input));
        }

        return output;
    }

    /// <inheritdoc/>
    public sealed override Cost Cost(Shape input) => Layers.Aggregate(default(Cost), (sum, branch) => sum + branch.Cost(input));

    /// <summary>What any of the branches reads of x; of y nothing, since the gradients of the branches are dY. A single branch is the sum.</summary>
    public sealed override BackwardReads BackwardReads => Layers.Count == 1 ? Layers[0].BackwardReads : ReadsOfBranches();

    /// <inheritdoc/>
    private protected sealed override Tensor<T> Compute(Tensor<T> x, Shape outputShape, Mode mode, PassMemory<T> memory)
    {
        if (Layers.Count == 1)
            return Layers[0].Forward(x, mode, memory);

        PassMemory<T> ofBranches = memory with { KeepsOutput = false };
        Tensor<T> first = Layers[0].Forward(x, mode, ofBranches), second = Layers[1].Forward(x, mode, ofBranches);
        Tensor<T> y = OutputMemory(outputShape, memory);
        Backend.Add(first, second, y); // y = f_1(x) + f_2(x)
        memory.Pool?.Return(first, stillNeeded: x);
        memory.Pool?.Return(second, stillNeeded: x);
        for (int i = 2; i < Layers.Count; i++)
        {
            Tensor<T> branch = Layers[i].Forward(x, mode, ofBranches);
            Backend.Add(y, branch, y); // ... + f_3(x) + ...
            memory.Pool?.Return(branch, stillNeeded: x);
        }

        return y;
    }

    // x reaches y through every branch, and the gradients add:
    // (1) dF_k = dY: the addition copies the gradient
    // (2) dX = sum_k F_k'ᵀ dF_k

    /// <inheritdoc/>
    private protected sealed override Tensor<T>? ComputeGradient(Tensor<T> x, Tensor<T> y, Tensor<T> dY, bool needsInputGradient, TensorPool<T>? pool)
    {
        Tensor<T>? sum = null;
        for (int i = 0; i < Layers.Count; i++)
        {
            Tensor<T>? branch = Layers[i].Backward(dY, needsInputGradient, pool), before = sum; // (1)
            if (!needsInputGradient)
                continue;
            if (i == 0)
            {
                sum = branch;
                continue;
            }

            if (i == 1)
                sum = InputGradientMemory(x.Shape, pool);
            Backend.Add(before!, branch!, sum!); // (2)
            pool?.Return(branch!, stillNeeded: dY);
            if (i == 1)
                pool?.Return(before!, stillNeeded: dY);
        }

        return sum;
    }

    /// <summary>The C# that creates this block, one line per branch.</summary>
    public override string ToString() => CSharp.New(this, CSharp.Lines(Layers));
}
