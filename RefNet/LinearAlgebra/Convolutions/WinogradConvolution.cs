using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>
/// Convolution with a 3x3 kernel at stride 1 by Winograd's algorithm (<see cref="WinogradTransform"/>): tiles of the image
/// and kernels are transformed, 36 matrix products (maps x channels)(channels x tiles) take the place of one nine times as
/// deep, and their results are transformed back. The input gradient is such a convolution too: of dY, with the kernels
/// turned round.
/// </summary>
/// <remarks>
/// It multiplies a quarter as often as the direct sum, and rounds more, since numbers up to 100 times as large as the
/// tile's are subtracted from one another, whether or not an output depends on all of the tile: <see cref="SimdGemm{T}.UseWinograd"/> gives numbers and turns it off. The 36
/// elements of a tile are 16 shifts of the phases of the image at stride 4 (<see cref="ShiftedPlanes"/>), so that tiles
/// lie in the lanes of a register without being moved there.
/// </remarks>
internal sealed unsafe class WinogradConvolution<T>(ConvolutionGeometry geometry, GemmKernel<T> kernel)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // So many elements of transformed tiles, of all channels and maps, stay in the second-level cache.
    private const int CacheElements = 200 * 1024;

    // Images with fewer tiles than this share a plane, so that the transformed kernels, which no cache may hold, are read
    // for all of them at once.
    private const int WantedTiles = 192;

    // Elements of a transformed tile lie this much further apart than they need to, so as not to fall into one cache set.
    private const int Gap = 16;

    private ShiftedPlanes forward = null!;
    private ShiftedPlanes backward = null!;

    // A run comes back to few shapes: those of whole batches, of the rest of an epoch, of an evaluation.
    private const int MostPlans = 8;
    private readonly Dictionary<(int Batch, int Height, int Width), (ShiftedPlanes Forward, ShiftedPlanes Backward)> plans = [];
    private (int Batch, int Height, int Width) planned;

    /// <summary>Whether the algorithm can compute convolutions of this geometry.</summary>
    public static bool Suits(ConvolutionGeometry geometry, int groups) =>
        groups == 1 && geometry.Taps == 9 && geometry.Rows is { Size: 3, Stride: 1, Dilation: 1 } && geometry.Columns is { Stride: 1, Dilation: 1 };

    /// <summary>Y = W X + b 1ᵀ for each image.</summary>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        Plan(x, y);
        Convolve(forward, x, w, transposed: false, b, y);
    }

    /// <summary>dX = Wᵀ dY, the copies of each input added up.</summary>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        Plan(dX, dY);
        Convolve(backward, dY, w, transposed: true, null, dX);
    }

    /// <summary>How many tiles are computed for a map of the output on average, those between their rows included.</summary>
    public double Tiles(Tensor<T> x, Tensor<T> y)
    {
        Plan(x, y);
        return WholeRegisters(Positions(forward, Group(forward, y.Shape[0]))) / (double)Group(forward, y.Shape[0]);
    }

    /// <summary>The same for a channel of the input, in the input gradient.</summary>
    public double TilesBackward(Tensor<T> dX, Tensor<T> dY)
    {
        Plan(dX, dY);
        return WholeRegisters(Positions(backward, Group(backward, dX.Shape[0]))) / (double)Group(backward, dX.Shape[0]);
    }

    // How many images share a plane: groups of equal size, but for the last. More than one are an even number, for threads.
    private static int Group(ShiftedPlanes layout, int batch)
    {
        int wanted = Math.Clamp(WantedTiles / layout.ImagePitch, 1, batch), groups = (batch + wanted - 1) / wanted;
        groups = groups == 1 ? 1 : Math.Min(batch, groups + groups % 2);
        return (batch + groups - 1) / groups;
    }

    private static int Positions(ShiftedPlanes layout, int images) => (images - 1) * layout.ImagePitch + layout.Positions;

    private static int WholeRegisters(int count) => (count + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;

    private void Convolve(ShiftedPlanes layout, Tensor<T> source, Tensor<T> w, bool transposed, Tensor<T>? b, Tensor<T> target)
    {
        (int batch, int channels, int maps) = (source.Shape[0], source.Shape[1], target.Shape[1]);
        int images = Group(layout, batch);
        Work work = new()
        {
            Kernel = kernel,
            Layout = layout,
            Source = source,
            Target = target,
            Bias = b,
            Images = images,
            Tiles = TilesPerBlock(Positions(layout, images), channels, maps),
            RowU = WholeRegisters(channels),
        };
        work.StepU = maps * work.RowU;
        work.StepV = channels * work.Tiles + Gap;
        work.StepM = maps * work.Tiles + Gap;
        using Scratch<T> scratch = new(checked(WinogradTransform.Products * work.StepU));
        fixed (T* u = scratch.Span)
        {
            work.U = u;
            ParallelLoop.For(maps, (work, w, transposed, turned: geometry.Flip != transposed), static (map, s) => s.work.TransformKernels(map, s.w, s.transposed, s.turned)); // U = G w Gᵀ
            ParallelLoop.For((batch + images - 1) / images, work, static (group, s) => s.Convolve(group * s.Images));
        }
    }

    // Blocks of equal size: small enough for the cache, and large enough that reading U once a block costs no more than
    // writing and reading V and M.
    private int TilesPerBlock(int positions, int channels, int maps)
    {
        int wanted = Math.Max(CacheElements / WinogradTransform.Products / (channels + maps), maps * channels / (maps + channels) / 2);
        int blocks = (positions + wanted - 1) / wanted, strip = Math.Max(kernel.WideColumns, Vector512<T>.Count); // one is a multiple of the other
        return ((positions + blocks - 1) / blocks + strip - 1) / strip * strip;
    }

    // One convolution on its way: U is 36 matrices maps x channels, V 36 of channels x tiles, M 36 of maps x tiles.
    private struct Work
    {
        public GemmKernel<T> Kernel;
        public ShiftedPlanes Layout;
        public Tensor<T> Source, Target;
        public Tensor<T>? Bias;
        public int Images, Tiles, RowU, StepU, StepV, StepM;
        public T* U, V, M, Planes;

        private readonly int Channels => Source.Shape[1];

        private readonly int Maps => Target.Shape[1];

        // The kernels of one map, a channel in each lane.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void TransformKernels(int map, Tensor<T> w, bool transposed, bool turned)
        {
            T* taps = stackalloc T[9 * Vector512<T>.Count];
            ReadOnlySpan<T> weights = w.Span;
            for (int first = 0; first < Channels; first += Vector512<T>.Count)
            {
                for (int lane = 0; lane < Vector512<T>.Count; lane++)
                {
                    int channel = Math.Min(first + lane, Channels - 1);
                    ReadOnlySpan<T> taps3x3 = weights.Slice(9 * (transposed ? channel * Maps + map : map * Channels + channel), 9);
                    for (int tap = 0; tap < 9; tap++)
                        taps[tap * Vector512<T>.Count + lane] = taps3x3[turned ? 8 - tap : tap];
                }

                WinogradTransform.Kernels(taps, U + map * RowU + first, StepU);
            }
        }

        // Some images, from the given one on.
        public readonly void Convolve(int n)
        {
            Work work = this;
            work.Images = Math.Min(Images, Source.Shape[0] - n);
            int size = Channels * Layout.ChannelSize;
            using Scratch<T> scratch = new(size + Vector512<T>.Count); // the last register of tiles reads beyond the planes
            scratch.Span[size..].Clear();
            fixed (T* planes = scratch.Span)
            {
                work.Planes = planes;
                ParallelLoop.For(Channels, (work, n), static (c, s) => s.work.Layout.Fill(s.work.Source, s.n, s.work.Images, c, s.work.Planes + c * s.work.Layout.ChannelSize));
                ParallelLoop.For((work.Positions + Tiles - 1) / Tiles, (work, n), static (block, s) => s.work.ConvolveTiles(s.n, block * s.work.Tiles));
            }
        }

        // Some tiles of the images from n on, from the given tile on.
        private readonly void ConvolveTiles(int n, int first)
        {
            Work work = this;
            using Scratch<T> vScratch = new(WinogradTransform.Products * StepV);
            using Scratch<T> mScratch = new(WinogradTransform.Products * StepM);
            fixed (T* v = vScratch.Span, m = mScratch.Span)
            {
                work.V = v;
                work.M = m;
                ParallelLoop.For(Channels, (work, first), static (c, s) => s.work.TransformTiles(c, s.first)); // V = Bᵀ d B
                ParallelLoop.For(WinogradTransform.Products, (work, first), static (product, s) => s.work.Multiply(product, s.first)); // M = U V
                ParallelLoop.For(Maps, (work, n, first), static (map, s) => s.work.TransformBack(s.n, map, s.first)); // Y = Aᵀ M A + b
            }
        }

        private readonly int Positions => (Images - 1) * Layout.ImagePitch + Layout.Positions;

        private readonly int Count(int first) => Math.Min(Tiles, Positions - first);

        private readonly void TransformTiles(int channel, int first)
        {
            T* tiles = Planes + channel * Layout.ChannelSize + first;
            for (int t = 0; t < Count(first); t += Vector512<T>.Count)
                WinogradTransform.Input(tiles + t, Layout.Offsets.Pointer, V + channel * Tiles + t, StepV);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Multiply(int product, int first)
        {
            GemmTile<T> tile = default;
            tile.Alpha = T.One;
            tile.Inner = Channels;
            tile.ARowStride = RowU;
            tile.AStep = 1;
            tile.BStep = Tiles;
            tile.CRowStride = Tiles;
            int count = Count(first);
            for (int column = 0; column < count;)
            {
                bool wide = count - column > Kernel.WideColumns - Kernel.NarrowColumns;
                tile.B = V + product * StepV + column;
                tile.A = U + product * StepU;
                tile.C = M + product * StepM + column;
                Kernel.MultiplyStrip(tile, Maps, wide);
                column += wide ? Kernel.WideColumns : Kernel.NarrowColumns;
            }
        }

        private readonly void TransformBack(int n, int map, int first)
        {
            using Scratch<T> scratch = new(WinogradTransform.Output * WinogradTransform.Output * Tiles);
            fixed (T* outputs = scratch.Span)
            {
                int end = first + Count(first);
                for (int t = 0; t < end - first; t += Vector512<T>.Count)
                    WinogradTransform.Outputs(M + map * Tiles + t, StepM, outputs + t, Tiles);
                for (int i = first / Layout.ImagePitch; i < Images && i * Layout.ImagePitch < end; i++)
                {
                    int start = Math.Max(first, i * Layout.ImagePitch), imageEnd = Math.Min(end, i * Layout.ImagePitch + Layout.Positions);
                    fixed (T* plane = Target.Plane(n + i, map))
                        Deliver(outputs + start - first, start - i * Layout.ImagePitch, imageEnd - start, plane, Bias is null ? T.Zero : Bias[map]);
                }
            }
        }

        // Element (i, j) of the output tiles becomes every fourth row and column of the plane, from (i, j) on.
        private readonly void Deliver(T* outputs, int first, int count, T* plane, T addend)
        {
            const int Side = WinogradTransform.Output;
            (int height, int width) = (Target.Shape[2], Target.Shape[3]);
            if (count <= 0)
                return;
            for (int i = 0; i < Side; i++)
            {
                for (int j = 0; j < Side; j++)
                {
                    PlaneRows.CopyPitched(
                        outputs + (i * Side + j) * Tiles, first, count, Layout.Pitch,
                        new Strided<T>(plane + i * width + j, Side * width, Side), (height - i + Side - 1) / Side, (width - j + Side - 1) / Side, addend);
                }
            }
        }
    }

    private void Plan(Tensor<T> x, Tensor<T> y)
    {
        (int batch, int height, int width, int rows, int columns) = (x.Shape[0], x.Shape[2], x.Shape[3], y.Shape[2], y.Shape[3]);
        if (planned == (batch, height, width))
            return;
        (int, int, int) wanted = (batch, height, width);
        if (!plans.TryGetValue(wanted, out (ShiftedPlanes Forward, ShiftedPlanes Backward) plan))
        {
            // A tap of a turned kernel lies as far behind the middle of the kernel as the tap itself lies before it.
            plan = (
                Layout(batch, geometry.Rows.Before, height, rows, geometry.Columns.Before, width, columns),
                Layout(batch, 2 - geometry.Rows.Before, rows, height, 2 - geometry.Columns.Before, columns, width));
            if (plans.Count == MostPlans)
                plans.Clear();
            plans.Add(wanted, plan);
        }

        (forward, backward) = plan;
        planned = wanted;
    }

    private static ShiftedPlanes Layout(int batch, int above, int inputRows, int outputRows, int left, int inputColumns, int outputColumns)
    {
        const int Side = WinogradTransform.Output;
        Window tile = new(WinogradTransform.Tile, Side);
        TapShifts rows = TapShifts.Forward(tile, i => i - above, inputRows, (outputRows + Side - 1) / Side);
        TapShifts columns = TapShifts.Forward(tile, j => j - left, inputColumns, (outputColumns + Side - 1) / Side);
        ShiftedPlanes single = new(rows, columns, Side, Side, channels: 1, channelWeights: 0, kernelColumns: WinogradTransform.Tile);
        return new ShiftedPlanes(rows, columns, Side, Side, 1, 0, WinogradTransform.Tile, Group(single, batch));
    }
}
