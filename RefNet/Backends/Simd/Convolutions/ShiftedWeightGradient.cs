using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// dW += dY Xᵀ without columns: each element of dW is the dot product of a plane of dY, expanded to the pitch of the
/// planes with zeros between its rows, and the planes starting at the offset of its tap.
/// </summary>
/// <remarks>
/// Between the rows, zeros are multiplied by elements that the tap does not read. So infinity or NaN in a channel may
/// reach the weights of all taps of that channel, even of taps that do not read it, but of no other channel.
/// </remarks>
internal sealed unsafe class ShiftedWeightGradient<T>(int groups, GemmKernel<T> kernel) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // This many positions of a tile of planes of dY stay in the caches. A different number would change the last bits.
    private const int MaxInner = 2048;

    // The number of shares of the work on one block of images, where threads have nothing larger to share.
    private const int MaxShares = 16;

    /// <summary>Adds the gradient.</summary>
    public void Add(ShiftedPlanes layout, Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        int images = ImagesPerBlock(layout, x.Shape[0]);
        ParallelLoop.Sum(
            (x.Shape[0] + images - 1) / images, dW.Span, (self: this, layout, images, x, dY),
            static (block, sum, s) => s.self.AddImages(s.layout, s.x, s.dY, block * s.images, Math.Min(s.images, s.x.Shape[0] - block * s.images), sum));
    }

    /// <summary>The number of dot products per weight, for one image of a batch: several small images share one.</summary>
    public double Dots(ShiftedPlanes layout, int batch) => Math.Ceiling(PitchedSize(layout) / (double)MaxInner) / ImagesPerBlock(layout, batch);

    // Blocks of sizes as equal as possible: threads share them.
    private int ImagesPerBlock(ShiftedPlanes layout, int batch)
    {
        int wanted = Math.Max(1, MaxInner / PitchedSize(layout)), blocks = (batch + wanted - 1) / wanted;
        return (batch + blocks - 1) / blocks;
    }

    // The size of an expanded plane of dY, in whole registers.
    private int PitchedSize(ShiftedPlanes layout) => kernel.WholeRegisters(layout.Positions);

    private void AddImages(ShiftedPlanes layout, Tensor<T> x, Tensor<T> dY, int first, int count, Span<T> dW)
    {
        Block block = new()
        {
            Kernel = kernel,
            Layout = layout,
            Images = count,
            Groups = groups,
            Channels = x.Shape[1],
            Maps = dY.Shape[1],
            PlaneLength = PitchedSize(layout),
            ImagePlanes = x.Shape[1] * layout.ChannelSize,
        };
        int planesEnd = count * block.ImagePlanes;
        using Scratch<T> planesScratch = new(planesEnd + kernel.WideColumns);
        using Scratch<T> pitchedScratch = new(count * block.Maps * block.PlaneLength);
        planesScratch.Span[planesEnd..].Clear();
        fixed (T* planes = planesScratch.Span, pitched = pitchedScratch.Span, sum = dW)
        {
            block.Planes = planes;
            block.PitchedPlanes = pitched;
            block.Sum = sum;
            ParallelLoop.For(count * block.Channels, (block, x, first), static (i, s) => s.block.Fill(s.x, s.first, i));
            ParallelLoop.For(count * block.Maps, (block, dY, first), static (i, s) => s.block.CopyToPitch(s.dY, s.first, i));
            ParallelLoop.For(MaxShares, block, static (share, b) => b.AddShare(share));
        }
    }

    // The work on some images.
    private struct Block
    {
        public GemmKernel<T> Kernel;
        public ShiftedPlanes Layout;
        public int Images, Groups, Channels, Maps, PlaneLength, ImagePlanes;
        public T* Planes, PitchedPlanes, Sum;

        // Copies channel i % Channels of image first + i / Channels.
        public readonly void Fill(Tensor<T> x, int first, int i) =>
            Layout.Fill(x, first + i / Channels, i % Channels, Planes + i * Layout.ChannelSize);

        public readonly void CopyToPitch(Tensor<T> dY, int first, int i)
        {
            T* target = PitchedPlanes + i * PlaneLength;
            new Span<T>(target, PlaneLength).Clear();
            fixed (T* source = dY.Plane(first + i / Maps, i % Maps))
                PlaneRows.Copy(new Strided<T>(source, Layout.ResultColumns, 1), new Strided<T>(target, Layout.Pitch, 1), Layout.ResultRows, Layout.ResultColumns, T.Zero);
        }

        // Each share takes some of the taps, for all output maps.
        public readonly void AddShare(int share)
        {
            (int start, int end) = EqualParts.Range(share, MaxShares, Layout.Offsets.Length, Kernel.DotColumns);
            for (int g = 0; g < Groups; g++)
            {
                for (int position = 0; position < PlaneLength; position += MaxInner)
                    AddTaps(g, start, end, position, Math.Min(MaxInner, PlaneLength - position));
            }
        }

        private readonly void AddTaps(int g, int start, int end, int position, int inner)
        {
            int maps = Maps / Groups;
            GemmTile<T> tile = default;
            tile.ARowStride = PlaneLength;
            tile.ASegment = Maps * PlaneLength;
            tile.BSegment = ImagePlanes;
            tile.Segments = Images;
            tile.Inner = inner;
            tile.B = Planes + g * (ImagePlanes / Groups) + position;
            for (int f = 0; f < maps; f += Kernel.Rows)
            {
                tile.Rows = Math.Min(Kernel.Rows, maps - f);
                tile.A = PitchedPlanes + (g * maps + f) * PlaneLength + position;
                for (int tap = start; tap < end; tap += Kernel.DotColumns)
                {
                    int taps = Math.Min(Kernel.DotColumns, end - tap);
                    tile.BOffsets = Layout.Offsets.Pointer + tap;
                    Kernel.AddDots(ref tile, taps, Sum + (g * maps + f) * Layout.Offsets.Length + tap, Layout.Offsets.Length); // dW += dY Xᵀ
                }
            }
        }
    }
}
