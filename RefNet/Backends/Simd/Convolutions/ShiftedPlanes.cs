using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Planes surrounded by zeros, laid out so that a tap of a kernel is just a shift: for result (i, j), tap k reads the
/// element at i*Pitch + j + Offsets[k]. This is the matrix of columns without a copy: its row k is the memory
/// starting at Offsets[k]. A product over all of the memory gives rows of results that are Pitch long; what it computes past the end of a row is discarded.
/// </summary>
internal sealed class ShiftedPlanes
{
    // Zeros after each plane: a register that reads past its end must not read the next channel, which may hold NaN.
    private const int Gap = 16;

    private readonly TapShifts rows;
    private readonly TapShifts columns;
    private readonly int rowStride;
    private readonly int columnStride;

    /// <summary>Lays out the planes.</summary>
    /// <param name="rows">The taps along the rows.</param>
    /// <param name="columns">The taps along the columns.</param>
    /// <param name="rowStride">The distance between rows of a phase in the image.</param>
    /// <param name="columnStride">The distance between columns of a phase in the image.</param>
    /// <param name="channels">The number of channels in one sum: those of a group.</param>
    /// <param name="channelWeights">The distance between the weights of two such channels.</param>
    /// <param name="kernelColumns">The columns of the kernel.</param>
    public ShiftedPlanes(TapShifts rows, TapShifts columns, int rowStride, int columnStride, int channels, int channelWeights, int kernelColumns)
    {
        this.rows = rows;
        this.columns = columns;
        (this.rowStride, this.columnStride) = (rowStride, columnStride);
        Pitch = columns.Line;
        PlaneSize = (rows.Before + rows.Sources + rows.After - 1) * Pitch + columns.Before + columns.Sources + columns.After + Gap;
        Offsets = new OffsetList(channels * Taps);
        WeightOffsets = new OffsetList(channels * Taps);
        int k = 0;
        for (int c = 0; c < channels; c++)
        {
            for (int u = 0; u < rows.Taps.Length; u++)
            {
                for (int v = 0; v < columns.Taps.Length; v++, k++)
                {
                    Offsets[k] = Plane(c, rows.PhaseOf[u], columns.PhaseOf[v]) + Start + rows.Shifts[u] * Pitch + columns.Shifts[v];
                    WeightOffsets[k] = c * channelWeights + rows.Taps[u] * kernelColumns + columns.Taps[v];
                }
            }
        }
    }

    /// <summary>The distance in memory from one row to the next.</summary>
    public int Pitch { get; }

    /// <summary>The elements of one plane.</summary>
    public int PlaneSize { get; }

    /// <summary>The elements of the planes of one channel: one plane per phase that is read.</summary>
    public int ChannelSize => rows.Phases.Length * columns.Phases.Length * PlaneSize;

    /// <summary>The rows of the result.</summary>
    public int ResultRows => rows.Results;

    /// <summary>The columns of the result.</summary>
    public int ResultColumns => columns.Results;

    /// <summary>The number of results computed for an image, including those between the rows.</summary>
    public int Positions => ResultRows == 0 || ResultColumns == 0 ? 0 : (ResultRows - 1) * Pitch + ResultColumns;

    /// <summary>The number of taps of the kernel that are used.</summary>
    public int Taps => rows.Taps.Length * columns.Taps.Length;

    /// <summary>For each channel of a group and each tap used, the start of its row of the columns.</summary>
    public OffsetList Offsets { get; }

    /// <summary>For each of them, the offset of its weight.</summary>
    public OffsetList WeightOffsets { get; }

    // The offset of element (0, 0) of a plane.
    private int Start => rows.Before * Pitch + columns.Before;

    private int Plane(int channel, int rowPhase, int columnPhase) =>
        ((channel * rows.Phases.Length + rowPhase) * columns.Phases.Length + columnPhase) * PlaneSize;

    /// <summary>Writes the planes of one channel of one image: its phases, surrounded by zeros.</summary>
    /// <inheritdoc cref="Copy"/>
    public unsafe void Fill<T>(Tensor<T> images, int n, int channel, T* planes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        new Span<T>(planes, ChannelSize).Clear();
        Copy(images, n, channel, planes);
    }

    /// <summary>Writes the phases of one channel of one image into planes whose surroundings are already zero.</summary>
    /// <param name="images">N x C x H x W.</param>
    /// <param name="n">The image.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="planes">The planes of this channel: ChannelSize elements.</param>
    public unsafe void Copy<T>(Tensor<T> images, int n, int channel, T* planes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* image = images.Plane(n, channel))
            CopyPhases(image, images.Shape[2], images.Shape[3], planes + Start);
    }

    private unsafe void CopyPhases<T>(T* image, int height, int width, T* planes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int p = 0; p < rows.Phases.Length; p++)
        {
            if (columns.Phases is [0, 1, 2, 3] && columnStride == 4)
            {
                for (int i = 0; i < Phase(height, rows.Phases[p], rowStride); i++)
                    PlaneRows.SplitIntoFour(image + (rows.Phases[p] + i * rowStride) * width, width, planes + Plane(0, p, 0) + i * Pitch, PlaneSize);
                continue;
            }

            for (int q = 0; q < columns.Phases.Length; q++)
            {
                Strided<T> source = new(image + rows.Phases[p] * width + columns.Phases[q], rowStride * width, columnStride);
                Strided<T> target = new(planes + Plane(0, p, q), Pitch, 1);
                PlaneRows.Copy(source, target, Phase(height, rows.Phases[p], rowStride), Phase(width, columns.Phases[q], columnStride), T.Zero);
            }
        }
    }

    // The number of elements of a phase.
    private static int Phase(int extent, int phase, int stride) => Math.Max(0, (extent - phase + stride - 1) / stride);
}
