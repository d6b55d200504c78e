using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Upsampling by repetition: y_c(i,j) = x_c(⌊i/f⌋, ⌊j/f⌋), each pixel becomes a square of f x f; samples of shape C x H x W ->
/// C x f H x f W. Dumoulin and Visin 2016, chapter 4 names it beside transposed convolution; LECTURES L14.
/// </summary>
public sealed class NearestUpsampling2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int factor;

    /// <summary>Creates the layer.</summary>
    /// <param name="factor">f, 1 or more.</param>
    public NearestUpsampling2D(int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        this.factor = factor;
    }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank == 3 ? new Shape(input[0], input[1] * factor, input[2] * factor) : throw Unfit("samples of shape channels x rows x columns", input);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        int rows = y.Shape[2], columns = y.Shape[3];
        for (int n = 0; n < y.Shape[0]; n++)
        {
            for (int c = 0; c < y.Shape[1]; c++)
            {
                ReadOnlySpan<T> small = x.Plane(n, c);
                Span<T> large = y.PlaneSpan(n, c);
                for (int i = 0; i < rows; i++)
                    for (int j = 0; j < columns; j++)
                        large[i * columns + j] = small[i / factor * (columns / factor) + j / factor];
            }
        }
    }

    // A pixel of x is copied to all f f pixels of its square:
    // (1) dx_c(u,v) = sum of dy_c(i,j) over that square

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is null)
            return;

        int rows = y.Shape[2], columns = y.Shape[3];
        dX.Span.Clear();
        for (int n = 0; n < y.Shape[0]; n++)
        {
            for (int c = 0; c < y.Shape[1]; c++)
            {
                ReadOnlySpan<T> large = dY.Plane(n, c);
                Span<T> small = dX.PlaneSpan(n, c);
                for (int i = 0; i < rows; i++)
                    for (int j = 0; j < columns; j++)
                        small[i / factor * (columns / factor) + j / factor] += large[i * columns + j]; // (1)
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{factor}");
}
