using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Euclidean radial basis functions, the output layer of LeNet-5: y_i = sum_j (x_j - w_ij)², the squared distance from
/// the input to centre i; samples of shape D -> samples of shape C. LeCun et al. 1998, equation 7; LECTURES L20, X22.
/// </summary>
/// <remarks>Loops: ReferenceBackend.SquaredDistances.</remarks>
/// <remarks>
/// An output is a penalty, 0 or more, and there is no exponential: the smallest one names the class (X22). The
/// centres are fixed, so they are not parameters; in LeNet-5 they are bitmaps of the ten digits.
/// </remarks>
public sealed class EuclideanRadialBasis<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> centres;
    private readonly int units;
    private readonly int inputs;

    /// <summary>Creates the layer.</summary>
    /// <param name="centres">W, C x D: one row per centre; it is copied.</param>
    /// <exception cref="ShapeException">The centres are not a matrix.</exception>
    public EuclideanRadialBasis(Tensor<T> centres)
    {
        if (centres.Shape.Rank != 2)
            throw Unfit("centres as a matrix, one row for each", centres.Shape);
        this.centres = centres.Clone();
        units = centres.Shape[0];
        inputs = centres.Shape[1];
    }

    /// <summary>W, C x D: one row per centre. Training does not change it.</summary>
    public Tensor<T> Centres => centres;

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Input;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank == 1 && input[0] == inputs ? new Shape(units) : throw Unfit($"samples of shape {inputs}", input);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new((long)units * inputs, (long)units * inputs);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode) => Backend.SquaredDistances(x, centres, y);

    // y_i = sum_j (x_j - w_ij)²; x_j enters every y_i:
    // (1) dy_i/dx_j = 2 (x_j - w_ij)
    // (2) dx_j = sum_i dy_i 2 (x_j - w_ij)

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is not null)
            Backend.SquaredDistancesGradient(x, centres, dY, dX); // (2)
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, CSharp.Code(centres));
}
