using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Inverted dropout: y = mask x, any shape -> the same shape. In Train an element of the mask is 0 with probability p and
/// 1 / (1 - p) otherwise; in Evaluate it is 1. Srivastava et al. 2014, section 10; LECTURES L12, X25.
/// </summary>
/// <remarks>
/// The scaling keeps the expectation: E[mask] = p 0 + (1 - p) / (1 - p) = 1, so E[y] = x in both
/// modes, and prediction needs no factor (X25). A mask follows from a seed, the position of the element in its sample,
/// and the number of masks drawn so far, which is a buffer: a resumed run draws the same masks as one that never stopped.
/// Loops: ReferenceBackend.Mask, ReferenceBackend.Numbers.
/// </remarks>
public sealed class Dropout<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double rate;
    private readonly int? seed;
    private readonly Buffer<T> masksDrawn = new("masksDrawn", new Shape(1)) { CountsDraws = true };

    // Saved by Forward for Backward
    private Tensor<T>? mask;

    /// <summary>Creates the layer.</summary>
    /// <param name="rate">p, the probability that an element is dropped, from 0 to below 1.</param>
    /// <param name="seed">The seed of the masks; by default the stream that the network gives this layer.</param>
    public Dropout(double rate, int? seed = null)
    {
        if (rate is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "The probability of dropping must be at least 0 and below 1.");
        this.rate = rate;
        this.seed = seed;
        Buffers = [masksDrawn];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Buffer<T>> Buffers { get; }

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        Tensor<T>.Reuse(ref mask, x.Shape);
        if (mode == Mode.Train)
            Backend.DrawMask(mask, rate, kept: T.CreateChecked(1 / (1 - rate)), (seed ?? Stream, masksDrawn.NextDraw()));
        else
            Backend.Fill(mask, T.One);
        Backend.Multiply(mask, x, y);
    }

    // The mask does not depend on x:
    // (1) dx = mask dy

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is not null)
            Backend.Multiply(mask!, dY, dX); // (1)
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, CSharp.Code(rate), seed is null ? null : $"seed: {seed}");
}
