using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>How the planes of one layer are laid out: for images of one size, until it is asked about another.</summary>
internal sealed class ShiftedPlan(ConvolutionGeometry geometry, int groups)
{
    private (int Channels, int Maps, int Height, int Width) planned;

    /// <summary>Planes of x, of which sums over the channels of a group make y.</summary>
    public ShiftedPlanes Forward { get; private set; } = null!;

    /// <summary>The same, as the single phase of the output that there is.</summary>
    public ShiftedPlanes[][] ForwardPhases { get; private set; } = [];

    /// <summary>
    /// Planes of dY, of which sums over the maps of a group make dX. Element [p][q] makes row and column phase p, q of the
    /// input; the planes are the same for all of them.
    /// </summary>
    public ShiftedPlanes[][] Backward { get; private set; } = [];

    /// <summary>Makes the plan for a pair of images, or their gradients.</summary>
    public void Make(Shape x, Shape y)
    {
        if (planned != (x[1], y[1], x[2], x[3]))
            MakeAnew(x, y);
        planned = (x[1], y[1], x[2], x[3]);
    }

    // A method of its own, so that only planning allocates what its lambdas need.
    private void MakeAnew(Shape x, Shape y)
    {
        (Window down, Window right, int taps) = (geometry.Rows, geometry.Columns, geometry.Taps);
        int channels = x[1] / groups, maps = y[1] / groups;
        Forward = new ShiftedPlanes(
            TapShifts.Forward(down, geometry.FirstRow, x[2], y[2]), TapShifts.Forward(right, geometry.FirstColumn, x[3], y[3]),
            down.Stride, right.Stride, channels, taps, right.Size);
        ForwardPhases = [[Forward]];
        TapShifts[] rows = TapShifts.Backward(down, geometry.FirstRow, x[2], y[2]), columns = TapShifts.Backward(right, geometry.FirstColumn, x[3], y[3]);
        Backward = [.. rows.Select(row => columns.Select(column => new ShiftedPlanes(row, column, 1, 1, maps, channels * taps, right.Size)).ToArray())];
    }
}
