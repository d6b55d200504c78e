using System.Numerics;
using RefNet.LinearAlgebra;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Inverted dropout: y = mask x, any shape -> the same shape. In Train an element of the mask is 0 with probability p and
/// 1 / (1 - p) otherwise; in Evaluate it is 1. Srivastava et al. 2014, section 10; LECTURES L12, X25.
/// </summary>
/// <remarks>
/// The scaling keeps the expectation: E[y] = x in both modes, so that prediction needs no factor (X25). Masks follow from
/// the seed and from a count of the masks drawn, which is a buffer: a resumed run goes on with the masks it would have had.
/// </remarks>
public sealed class Dropout<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The count starts again here: float holds every whole number up to 2^24 exactly.
    private const int CountLimit = 1 << 24;

    private readonly uint threshold;
    private readonly T scale;
    private readonly int seed;
    private readonly Buffer<T> masksDrawn = new("masksDrawn", new Shape(1));

    // Saved by Forward for Backward
    private Tensor<T>? mask;

    /// <summary>Makes the layer.</summary>
    /// <param name="rate">p, the probability that an element is dropped, from 0 to below 1.</param>
    /// <param name="seed">Where the masks come from; layers of one network need different ones.</param>
    public Dropout(double rate, int seed)
    {
        if (rate is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "The probability of dropping must be at least 0 and below 1.");
        this.seed = seed;
        Buffers = [masksDrawn];
        threshold = (uint)(rate * (1L << 32));
        scale = T.CreateChecked(1 / (1 - rate));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Buffer<T>> Buffers { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        Tensor<T> mask = Tensor<T>.Reuse(ref this.mask, x.Shape);

        if (mode == Mode.Train)
            Draw(mask);
        else
            mask.Span.Fill(T.One);
        Elementwise.Multiply(mask, x, y);
        return y;
    }

    // The mask does not depend on x:
    // (1) dx = mask dy

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);

        Elementwise.Multiply(mask!, dY, dX); // (1)
        return dX;
    }

    // Each sample has a random stream of its own, named by the seed, the count and the sample: no thread disturbs another.
    private void Draw(Tensor<T> mask)
    {
        int count = int.CreateChecked(masksDrawn.Value[0]);
        masksDrawn.Value[0] = T.CreateChecked((count + 1) % CountLimit);

        ParallelLoop.For(mask.Shape[0], (layer: this, mask, count), static (n, of) =>
        {
            ulong stream = (ulong)Seeds.Derive(of.layer.seed, of.count, n);
            RandomMask.Fill(of.mask.Sample(n), stream, of.layer.threshold, of.layer.scale);
        });
    }
}
