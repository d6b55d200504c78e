using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Layers;

/// <summary>
/// Pooling of regions of interest: y_rc(i,j) is the largest x_c(u,v) in bin (i,j) of region r, whose h rows are divided
/// into H' bins, u = ⌊i h/H'⌋ to below ⌈(i+1) h/H'⌉ counted from its first row, and its columns likewise; samples of shape
/// C x H x W -> R x C x H' x W', the same size for every region. Girshick 2015, section 2.1 (Fast R-CNN); LECTURES D12.
/// </summary>
/// <remarks>
/// All images of a batch share the regions: where they differ, give the network one image at a time. A head takes the output
/// viewed as R samples of C x H' x W'. Regions are in pixels of the map; <see cref="Region.Scaled"/> converts them from pixels
/// of the image. Of equal elements the first in row-major order wins; NaN wins over numbers, and the last of several NaNs wins.
/// </remarks>
public sealed class RoIMaxPooling2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int rows;
    private readonly int columns;
    private IReadOnlyList<Region> regions;

    /// <summary>Creates the layer.</summary>
    /// <param name="rows">H', 1 or more; 7 after VGG-16.</param>
    /// <param name="columns">W', 1 or more.</param>
    /// <param name="regions">The regions, one or more.</param>
    public RoIMaxPooling2D(int rows, int columns, IReadOnlyList<Region> regions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (regions.Count == 0)
            throw new ArgumentException("There must be one region or more.", nameof(regions));
        (this.rows, this.columns, this.regions) = (rows, columns, [.. regions]);
    }

    /// <summary>The regions of the next Forward. Their number may not change, since the output shape depends on it.</summary>
    public IReadOnlyList<Region> Regions
    {
        get => regions;
        set => regions = value.Count == regions.Count
            ? [.. value]
            : throw new ArgumentException($"This layer was made for {regions.Count} regions; found {value.Count}. Make another layer, or fill up with a region that is there twice.");
    }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Input;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        if (input.Rank != 3)
            throw Unfit("samples of shape channels x rows x columns", input);
        foreach (Region region in regions)
        {
            if (!region.LiesIn(input[1], input[2]))
                throw Unfit(Invariant($"maps that hold the region of {region.Rows} rows from {region.Row} on and {region.Columns} columns from {region.Column} on"), input);
        }

        return new Shape(regions.Count, input[0], rows, columns);
    }

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new(regions.Sum(region => (long)region.Rows * region.Columns) * input[0], 0);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        OutputShape(x.Shape.Sample); // regions may have changed since the shape was asked for
        Span<T> ys = y.Span;
        int place = 0;
        for (int n = 0; n < x.Shape[0]; n++)
        {
            foreach (Region region in regions)
            {
                for (int c = 0; c < x.Shape[1]; c++)
                {
                    ReadOnlySpan<T> map = x.Plane(n, c);
                    for (int i = 0; i < rows; i++)
                        for (int j = 0; j < columns; j++)
                            ys[place++] = map[Winner(map, x.Shape[3], region, i, j)];
                }
            }
        }
    }

    // y is the x that won its bin, and an x may win several bins where regions overlap:
    // (1) dx = sum over the bins that x won of dy

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is null)
            return;

        dX.Span.Clear();
        ReadOnlySpan<T> dys = dY.Values;
        int place = 0;
        for (int n = 0; n < x.Shape[0]; n++)
        {
            foreach (Region region in regions)
            {
                for (int c = 0; c < x.Shape[1]; c++)
                {
                    ReadOnlySpan<T> map = x.Plane(n, c);
                    Span<T> dMap = dX.PlaneSpan(n, c);
                    for (int i = 0; i < rows; i++)
                        for (int j = 0; j < columns; j++)
                            dMap[Winner(map, x.Shape[3], region, i, j)] += dys[place++]; // (1)
                }
            }
        }
    }

    // The index in the map of the largest element of a bin.
    private int Winner(ReadOnlySpan<T> map, int width, Region region, int i, int j)
    {
        (int top, int bottom) = Region.Bin(i, rows, region.Rows);
        (int left, int right) = Region.Bin(j, columns, region.Columns);
        int winner = (region.Row + top) * width + region.Column + left;
        for (int u = top; u < bottom; u++)
        {
            for (int v = left; v < right; v++)
            {
                int place = (region.Row + u) * width + region.Column + v;
                if (map[place] > map[winner] || T.IsNaN(map[place]))
                    winner = place;
            }
        }

        return winner;
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{rows}", $"{columns}",
        $"[{string.Join(", ", regions.Select(region => $"new Region({region.Row}, {region.Column}, {region.Rows}, {region.Columns})"))}]");
}
