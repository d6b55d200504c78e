using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>The layout of the planes of one layer, for images of one size; recomputed when the size changes.</summary>
internal sealed class ShiftedPlan(ConvolutionGeometry geometry, int groups)
{
    private (int Channels, int Maps, int Height, int Width) planned;

    /// <summary>Planes of x; sums over the channels of a group give y.</summary>
    public ShiftedPlanes Forward { get; private set; } = null!;

    /// <summary>The same, as the only phase of the output.</summary>
    public ShiftedPlanes[][] ForwardPhases { get; private set; } = [];

    /// <summary>
    /// Planes of dY; sums over the maps of a group give dX. Element [p][q] gives row and column phase p, q of the
    /// input; all use the same planes.
    /// </summary>
    public ShiftedPlanes[][] Backward { get; private set; } = [];

    /// <summary>The order in which these read the kernels without gaps; null where there is one phase, which reads all of each kernel.</summary>
    public PhaseWeights? BackwardWeights { get; private set; }

    /// <summary>Prepares the plan for images of the shapes of x and y, or their gradients.</summary>
    public void Make(Shape x, Shape y)
    {
        if (planned != (x[1], y[1], x[2], x[3]))
            MakeAnew(x, y);
        planned = (x[1], y[1], x[2], x[3]);
    }

    // A separate method, so that only planning allocates the closures of its lambdas.
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
        BackwardWeights = rows.Length * columns.Length == 1 ? null : new PhaseWeights([.. Backward.SelectMany(phases => phases)], maps, channels, taps, groups);
    }
}
