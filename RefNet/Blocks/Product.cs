using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Blocks;

/// <summary>
/// A branch gated by another: y = f(x) g(x), element by element, or channel by channel where g gives one number per channel
/// (C, or C x 1 x 1); samples of the input shape of both -> of the output shape of f. <see cref="SqueezeExcitation{T}"/> is
/// the case with an <see cref="Identity{T}"/> as f. Hu et al. 2018, equation 4; LECTURES L18.
/// </summary>
/// <remarks>Loops: ReferenceBackend.Channels, ReferenceBackend.Numbers.</remarks>
public class Product<T> : Block<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Tensor<T>? bodyGradient;
    private Tensor<T>? gateGradient;

    /// <summary>Creates the block.</summary>
    /// <param name="body">f.</param>
    /// <param name="gate">g.</param>
    public Product(Layer<T> body, Layer<T> gate) : base(body, gate) { }

    /// <inheritdoc/>
    public sealed override Shape OutputShape(Shape input)
    {
        Shape output = Layers[0].ShapeOf(input), gate = Layers[1].ShapeOf(input);
        return gate.Equals(output) || (gate[0] == output[0] && gate.Count == output[0])
            ? output
            : throw Unfit($"a gate of the shape that {Layers[0].Name} gives, {output}, or one number for each of its {output[0]} channels", gate);
    }

    /// <inheritdoc/>
    public sealed override Cost Cost(Shape input) => Layers[0].Cost(input) + Layers[1].Cost(input);

    /// <summary>What body and gate read of x.</summary>
    public sealed override BackwardReads BackwardReads => ReadsOfBranches();

    /// <inheritdoc/>
    private protected sealed override Tensor<T> Compute(Tensor<T> x, Shape outputShape, Mode mode, PassMemory<T> memory)
    {
        PassMemory<T> ofFactors = memory with { KeepsOutput = true }; // (1) and (2) read f and g
        Tensor<T> f = Layers[0].Forward(x, mode, ofFactors), g = Layers[1].Forward(x, mode, ofFactors);
        Tensor<T> y = OutputMemory(outputShape, memory);
        if (g.Shape.Equals(f.Shape))
            Backend.Multiply(f, g, y);
        else
            Backend.ScaleChannels(f, g, y);
        memory.Pool?.Return(f, stillNeeded: x);
        memory.Pool?.Return(g, stillNeeded: x);
        return y;
    }

    // The product rule; where g is one number per channel, sums run over the positions of that channel:
    // (1) dF = dY g   (2) dG = dY f, or the sum of it over the channel
    // (3) dX = F'ᵀ dF + G'ᵀ dG

    /// <inheritdoc/>
    private protected sealed override Tensor<T>? ComputeGradient(Tensor<T> x, Tensor<T> y, Tensor<T> dY, bool needsInputGradient, TensorPool<T>? pool)
    {
        Tensor<T> f = Layers[0].Output!, g = Layers[1].Output!;
        Tensor<T> dF = Tensor<T>.Reuse(ref bodyGradient, f.Shape), dG = Tensor<T>.Reuse(ref gateGradient, g.Shape);
        if (g.Shape.Equals(f.Shape))
        {
            Backend.Multiply(dY, g, dF); // (1)
            Backend.Multiply(dY, f, dG); // (2)
        }
        else
        {
            Backend.ScaleChannels(dY, g, dF);    // (1)
            Backend.Fill(dG, T.Zero);
            Backend.AddScaleGradient(dY, f, dG); // (2)
        }

        Tensor<T>? fromBody = Layers[0].Backward(dF, needsInputGradient, pool), fromGate = Layers[1].Backward(dG, needsInputGradient, pool);
        if (!needsInputGradient)
            return null;
        Tensor<T> dX = InputGradientMemory(x.Shape, pool);
        Backend.Add(fromBody!, fromGate!, dX); // (3)
        pool?.Return(fromBody!, stillNeeded: dF);
        pool?.Return(fromGate!, stillNeeded: dG);
        return dX;
    }

    /// <summary>The C# that creates this block, one line per branch.</summary>
    public override string ToString() => CSharp.New(this, CSharp.Lines(Layers));
}
