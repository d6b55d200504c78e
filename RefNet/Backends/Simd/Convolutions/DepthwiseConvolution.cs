using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Convolution where each group has one channel ("depthwise"; of MobileNet, Howard et al. 2017). There is no matrix
/// to multiply: an output sums one product per tap of the kernel, and each map reads a single channel. So a thread
/// takes a channel, copies it into planes surrounded by zeros (<see cref="ShiftedPlanes"/>), and completes its maps
/// while they are in its caches.
/// </summary>
internal sealed unsafe class DepthwiseConvolution<T>(ConvolutionGeometry geometry, int groups) : IConvolution<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Threads share at most this many pieces of work, of at least this many sums each.
    private const int MaxShares = 32;
    private const int SumsPerShare = 4096;

    private readonly ShiftedPlan plan = new(geometry, groups);

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        plan.Make(x.Shape, y.Shape);
        int shares = Shares(x.Shape[0] * groups, y);
        ParallelLoop.For(shares, (self: this, shares, x, w, b, y), static (share, s) => s.self.Forward(s.self.Share(s.x.Shape[0], share, s.shares), s.x, s.w, s.b, s.y));
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        plan.Make(x.Shape, dY.Shape);
        int shares = Shares(groups, dY);
        ParallelLoop.For(shares, (self: this, shares, x, dY, dW), static (share, s) => s.self.AddWeightGradient(s.self.Share(1, share, s.shares), s.x, s.dY, s.dW));
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        plan.Make(dX.Shape, dY.Shape);
        int shares = Shares(dX.Shape[0] * groups, dX);
        ParallelLoop.For(shares, (self: this, shares, w, dY, dX), static (share, s) => s.self.InputGradient(s.self.Share(s.dX.Shape[0], share, s.shares), s.w, s.dY, s.dX));
    }

    private static int Shares(int channels, Tensor<T> results) => Math.Min(channels, Math.Clamp(results.Count / SumsPerShare, 1, MaxShares));

    // The channels, counted over all images, of one share.
    private (int Start, int End) Share(int images, int share, int shares) => EqualParts.Range(share, shares, images * groups);

    // The maps of some channels of all images.
    private void Forward((int Start, int End) share, Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        ShiftedPlanes layout = plan.Forward;
        int maps = y.Shape[1] / groups, taps = layout.Taps, positions = DepthwiseKernel.WholeBlocks<T>(layout.Positions);
        using Scratch<T> planesScratch = ZeroPlanes(layout, 1);
        using Scratch<T> sumsScratch = new(positions);
        fixed (T* planes = planesScratch.Span, sums = sumsScratch.Span, weights = w.Values, target = y.Span)
        {
            for (int channel = share.Start; channel < share.End; channel++)
            {
                layout.Copy(x, channel / groups, channel % groups, planes);
                for (int m = 0; m < maps; m++)
                {
                    int map = channel % groups * maps + m;
                    DepthwiseKernel.Sum(planes, layout.Offsets, weights + map * taps, layout.WeightOffsets, positions, sums); // Y = W X
                    Strided<T> plane = new(target + ((nint)channel * maps + m) * y.Shape[2] * y.Shape[3], y.Shape[3], 1);
                    PlaneRows.CopyPitched(sums, 0, layout.Positions, layout.Pitch, plane, y.Shape[2], y.Shape[3], b is null ? T.Zero : b[map]); // + b 1ᵀ
                }
            }
        }
    }

    // Some channels of all images: the sums run over the maps computed from a channel.
    private void InputGradient((int Start, int End) share, Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        (int maps, int height, int width) = (dY.Shape[1] / groups, dX.Shape[2], dX.Shape[3]);
        (int rowPhases, int phases) = (plan.Backward.Length, plan.Backward[0].Length);
        ShiftedPlanes layout = plan.Backward[0][0];
        int positions = DepthwiseKernel.WholeBlocks<T>(layout.Positions);
        using Scratch<T> planesScratch = ZeroPlanes(layout, maps);
        using Scratch<T> sumsScratch = new(phases * positions);
        using Scratch<T> joinedScratch = new(phases == 1 ? 0 : phases * positions);
        fixed (T* planes = planesScratch.Span, sums = sumsScratch.Span, joined = joinedScratch.Span, weights = w.Values, target = dX.Span)
        {
            for (int channel = share.Start; channel < share.End; channel++)
            {
                for (int m = 0; m < maps; m++)
                    layout.Copy(dY, channel / groups, channel % groups * maps + m, planes + m * layout.ChannelSize);
                for (int row = 0; row < rowPhases; row++)
                {
                    for (int q = 0; q < phases; q++)
                    {
                        ShiftedPlanes phase = plan.Backward[row][q];
                        DepthwiseKernel.Sum(planes, phase.Offsets, weights + channel % groups * maps * geometry.Taps, phase.WeightOffsets, positions, sums + q * positions); // dX = Wᵀ dY
                    }

                    if (phases > 1)
                        PlaneRows.Join(sums, positions, phases, positions, joined);
                    Strided<T> plane = new(target + ((nint)channel * height + row) * width, rowPhases * width, 1);
                    PlaneRows.CopyPitched(
                        phases > 1 ? joined : sums, 0, plan.Backward[row][0].Positions * phases, layout.Pitch * phases, plane, plan.Backward[row][0].ResultRows, width, T.Zero);
                }
            }
        }
    }

    // The weights of some channels, one image after another.
    private void AddWeightGradient((int Start, int End) share, Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        ShiftedPlanes layout = plan.Forward;
        int maps = dY.Shape[1] / groups, positions = DepthwiseKernel.WholeBlocks<T>(layout.Positions);
        using Scratch<T> planesScratch = ZeroPlanes(layout, 1);
        using Scratch<T> pitchedScratch = new(positions);
        pitchedScratch.Span.Clear(); // it stays zero between the rows of dY
        fixed (T* planes = planesScratch.Span, pitched = pitchedScratch.Span, weights = dW.Span, gradients = dY.Values)
        {
            for (int channel = share.Start; channel < share.End; channel++)
            {
                for (int n = 0; n < x.Shape[0]; n++)
                {
                    layout.Copy(x, n, channel, planes);
                    for (int map = channel * maps; map < (channel + 1) * maps; map++)
                    {
                        Strided<T> plane = new(gradients + ((nint)n * dY.Shape[1] + map) * dY.Shape[2] * dY.Shape[3], dY.Shape[3], 1);
                        PlaneRows.Copy(plane, new Strided<T>(pitched, layout.Pitch, 1), dY.Shape[2], dY.Shape[3], T.Zero);
                        DepthwiseKernel.AddDots(pitched, planes, layout.Offsets, positions, weights + map * layout.Taps); // dW += dY Xᵀ
                    }
                }
            }
        }
    }

    // Planes of the given number of channels, with room after them: a phase that is shorter than others reads up to Pitch + 1 elements
    // more, and its last block of sums reads beyond these. The surrounding zeros stay while one channel after another is copied in.
    private static Scratch<T> ZeroPlanes(ShiftedPlanes layout, int channels)
    {
        Scratch<T> scratch = new(checked(channels * layout.ChannelSize + layout.Pitch + 1 + DepthwiseKernel.WholeBlocks<T>(1)));
        scratch.Span.Clear();
        return scratch;
    }
}
