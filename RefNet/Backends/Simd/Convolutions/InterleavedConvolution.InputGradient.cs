using System.Runtime.CompilerServices;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// dX = Wᵀ dY: each element of dX is summed over its taps in a register until it is complete.
internal sealed unsafe partial class InterleavedConvolution<T>
{
    private TapRun[] columnRuns = [];
    private RowSums[] rowSums = [];
    private (int Maps, int Channels, int Height, int Width) plannedBackward;

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        Plan(dX, dY);
        PlanInputGradient(dX, dY);
        using Scratch<T> scratch = Interleave(dY, output);
        fixed (T* gradients = scratch.Span)
        {
            ParallelLoop.For(output.Groups(dX.Shape[0]) * dX.Shape[2], (self: this, gradients: (nint)gradients, w, dX), static (i, s) =>
                s.self.InputGradientRow((T*)s.gradients, i / s.dX.Shape[2], i % s.dX.Shape[2], s.w, s.dX));
        }
    }

    // The terms of the elements of a row of dX: the kernel rows that reach them, in lists over tap columns, tap rows
    // and maps. Tap columns come first, so that those that reach a column of dX form a contiguous part of the lists.
    private readonly record struct RowSums(int Terms, OffsetList Weights, OffsetList Gradients);

    private void PlanInputGradient(Tensor<T> dX, Tensor<T> dY)
    {
        (int maps, int channels, int height, int width) = (dY.Shape[1], dX.Shape[1], dX.Shape[2], dX.Shape[3]);
        if (plannedBackward == (maps, channels, height, width))
            return;
        plannedBackward = (maps, channels, height, width);
        columnRuns = TapRun.Of(geometry.Columns.Size, geometry.FirstColumn, width, output.Columns);
        rowSums = new RowSums[height];
        foreach (TapRun run in TapRun.Of(geometry.Rows.Size, geometry.FirstRow, height, output.Rows))
            rowSums.AsSpan(run.First..run.End).Fill(Sums(run, channels, maps));
    }

    private RowSums Sums(TapRun rows, int channels, int maps)
    {
        int terms = rows.Taps * maps; // per tap column
        OffsetList weights = new(geometry.Columns.Size * terms), gradients = new(geometry.Columns.Size * terms);
        for (int k = 0; k < weights.Length; k++)
        {
            int v = k / terms, u = rows.FirstTap + k % terms / maps, map = k % maps;
            weights[k] = map * channels * geometry.Taps + u * geometry.Columns.Size + v;
            gradients[k] = map * output.Size - geometry.FirstRow(u) * output.RowSize - geometry.FirstColumn(v) * lanes;
        }

        return new RowSums(terms, weights, gradients);
    }

    // One row of the input gradient of all channels: strips of neighbouring columns that the same taps reach.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void InputGradientRow(T* gradients, int group, int row, Tensor<T> w, Tensor<T> dX)
    {
        (int maps, int channels, int width) = (w.Shape[0], w.Shape[1], dX.Shape[3]);
        RowSums sums = rowSums[row];
        using Scratch<T> scratch = new(channels * width * lanes);
        fixed (T* results = scratch.Span, weights = w.Values)
        {
            GemmTile<T> tile = default;
            (tile.Alpha, tile.IsNear) = (T.One, true);
            tile.A = weights;
            tile.ARowStride = geometry.Taps;
            tile.CRowStride = width * lanes;
            T* gradientRow = gradients + (nint)group * maps * output.Size + row * output.RowSize;
            foreach (TapRun columns in columnRuns)
            {
                tile.Inner = columns.Taps * sums.Terms;
                tile.AOffsets = sums.Weights.Pointer + columns.FirstTap * sums.Terms;
                tile.BOffsets = sums.Gradients.Pointer + columns.FirstTap * sums.Terms;
                tile.B = gradientRow + columns.First * lanes;
                tile.C = results + columns.First * lanes;
                kernel.MultiplyStrips(ref tile, channels, (columns.End - columns.First) * lanes);
            }

            for (int channel = 0; channel < channels; channel++)
                input.WriteRow(results + channel * width * lanes, dX, group, channel, row, T.Zero);
        }
    }
}
