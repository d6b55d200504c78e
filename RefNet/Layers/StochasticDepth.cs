using System.Numerics;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// The end of a residual branch that is dropped at random: y = b x, any shape -> the same shape. In Train b is 1 with
/// probability p and 0 otherwise, one draw for the whole batch; in Evaluate b = p. As <c>Sum(Sequential(...,
/// StochasticDepth(p)), Identity)</c> it is the block H = b F(x) + x. Huang et al. 2016, equations 2 and 5; LECTURES L19, X26.
/// </summary>
/// <remarks>
/// In Train E[y] = p x = y of Evaluate: the whole network at test time without the factor, as on a slide, is not the mean
/// of the networks that were trained (X26). Draws follow from a seed and a count, which is a buffer: a resumed run draws
/// the same as one that never stopped. The layers before it compute in any case; a dropped branch gets a gradient of 0.
/// Loops: ReferenceBackend.Numbers.
/// </remarks>
public sealed class StochasticDepth<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double survival;
    private readonly int? seed;
    private readonly Buffer<T> drawn = new("drawn", new Shape(1)) { CountsDraws = true };

    // Saved by Forward for Backward
    private T b;

    /// <summary>Creates the layer.</summary>
    /// <param name="survival">p, the probability that the branch survives, above 0 and at most 1; see <see cref="StochasticDepth.Survival"/>.</param>
    /// <param name="seed">The seed of the draws; by default the stream that the network gives this layer.</param>
    public StochasticDepth(double survival, int? seed = null)
    {
        if (survival is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(survival), survival, "The probability of survival must be above 0 and at most 1.");
        (this.survival, this.seed) = (survival, seed);
        Buffers = [drawn];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Buffer<T>> Buffers { get; }

    /// <summary>True: b does not depend on the samples.</summary>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        b = mode == Mode.Train ? Draw() : T.CreateChecked(survival);
        MultiplyByB(x, y); // y = b x
    }

    // b does not depend on x:
    // (1) dx = b dy

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is not null)
            MultiplyByB(dY, dX); // (1)
    }

    // Where the branch is dropped, the result is 0 even if an element is NaN.
    private void MultiplyByB(Tensor<T> from, Tensor<T> to)
    {
        if (b == T.Zero)
        {
            Backend.Fill(to, T.Zero);
            return;
        }

        Backend.Copy(from, to);
        if (b != T.One)
            Backend.Scale(to, b);
    }

    private T Draw()
    {
        double uniform = (uint)Seeds.Derive(seed ?? Stream, drawn.NextDraw()) / (double)(1L << 32); // from 0 to below 1
        return uniform < survival ? T.One : T.Zero;
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, CSharp.Code(survival), seed is null ? null : $"seed: {seed}");
}

/// <summary>Survival probabilities of residual blocks.</summary>
public static class StochasticDepth
{
    /// <summary>The linear rule: p_l = 1 - (l / L) (1 - p_L); early blocks, on which the others build, nearly always survive. Huang et al. 2016, equation 4 (L19).</summary>
    /// <param name="block">l, from 1 to L.</param>
    /// <param name="blocks">L.</param>
    /// <param name="last">p_L, the probability of the last one; 0.5 in the paper.</param>
    public static double Survival(int block, int blocks, double last = 0.5) => block >= 1 && block <= blocks
        ? 1 - block / (double)blocks * (1 - last)
        : throw new ArgumentOutOfRangeException(nameof(block), block, $"Blocks count from 1 to {blocks}.");
}
