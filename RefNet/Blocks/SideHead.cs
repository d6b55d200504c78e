using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Blocks;

/// <summary>
/// An auxiliary classifier: y = x, any shape -> the same shape, and h(x) beside it, whose loss is added to that of the network
/// with a weight. Szegedy et al. 2015, section 5 (weight 0.3); LECTURES Y27.
/// </summary>
/// <remarks>
/// In Train, an objective reads <see cref="HeadOutput"/> after Forward and sets <see cref="HeadGradient"/> before Backward. In
/// Evaluate the head does not compute.
/// Loops: ReferenceBackend.Numbers.
/// </remarks>
public sealed class SideHead<T> : Block<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the block.</summary>
    /// <param name="head">h, from the samples that pass through to the outputs that the loss takes.</param>
    /// <param name="weight">The weight of its loss, above 0.</param>
    public SideHead(Layer<T> head, double weight) : base(head)
    {
        if (!(weight > 0 && double.IsFinite(weight)))
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "The weight of a side loss must be a finite number above 0.");
        Weight = weight;
    }

    /// <summary>The weight of the loss of this head.</summary>
    public double Weight { get; }

    /// <summary>h(x) of the last Forward in Train.</summary>
    /// <exception cref="InvalidOperationException">There was none.</exception>
    public Tensor<T> HeadOutput => Layers[0].Output ?? throw new InvalidOperationException($"{Name}: the side head needs a Forward in Train before it.");

    /// <summary>The gradient of the whole loss, including this head's weight, with respect to h(x); null where no loss uses the head.</summary>
    public Tensor<T>? HeadGradient { get; set; }

    /// <summary>Both: y is x, and who reads the one reads the other.</summary>
    public override BackwardReads BackwardReads => BackwardReads.Both;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        Layers[0].ShapeOf(input);
        return input;
    }

    /// <inheritdoc/>
    private protected override Tensor<T> Compute(Tensor<T> x, Shape outputShape, Mode mode, PassMemory<T> memory)
    {
        HeadGradient = null;
        if (mode == Mode.Train)
            Layers[0].Forward(x, mode, memory with { KeepsOutput = true }); // the loss reads it
        return x;
    }

    // x reaches the loss in two ways:
    // (1) dX = dY + h'ᵀ dH

    /// <inheritdoc/>
    private protected override Tensor<T>? ComputeGradient(Tensor<T> x, Tensor<T> y, Tensor<T> dY, bool needsInputGradient, TensorPool<T>? pool)
    {
        if (HeadGradient is null)
            return needsInputGradient ? dY : null;
        Tensor<T>? fromHead = Layers[0].Backward(HeadGradient, needsInputGradient, pool);
        if (fromHead is null)
            return null;
        Tensor<T> dX = InputGradientMemory(x.Shape, pool);
        Backend.Add(dY, fromHead, dX); // (1)
        pool?.Return(fromHead, stillNeeded: HeadGradient);
        return dX;
    }

    /// <summary>The C# that creates this block.</summary>
    public override string ToString() => CSharp.New(this, Layers[0].ToString(), CSharp.Code(Weight));
}
