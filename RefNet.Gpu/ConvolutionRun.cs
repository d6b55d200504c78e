using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>
/// The memory for a convolution over a batch, some images at a time, which stand side by side in it: columns are
/// (channels * taps) x (images * positions), and maps, the outputs of a convolution or their gradients, are output channels x
/// (images * positions). So one product serves all images, however small they are, and in the gradient of the weights the
/// sum over the images is a part of the product.
/// </summary>
internal readonly struct ConvolutionRun<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DeviceTurn turn;
    private readonly ColumnShape shape;
    private readonly int groups;
    private readonly ColumnKernels kernels;
    private readonly nint images;
    private readonly nint columns;
    private readonly nint maps;
    private readonly nint pinnedImages;
    private readonly nint pinnedMaps;

    /// <summary>Borrows the memory for the length of a turn.</summary>
    public ConvolutionRun(DeviceTurn turn, CudaOptions options, ColumnShape shape, int groups)
    {
        this.turn = turn;
        this.shape = shape;
        this.groups = groups;
        R = shape.Rows / groups;
        F = shape.Outputs / groups;
        long mostElements = Math.Min(options.ColumnBytes / Unsafe.SizeOf<T>(), int.MaxValue);
        ImagesPerChunk = (int)Math.Clamp(mostElements / Math.Max(shape.ColumnElements, Math.Max(shape.ImageElements, shape.MapElements)), 1, shape.Images);

        kernels = turn.Device.KernelsFor<T>();
        images = turn.Memory<T>(ImagesPerChunk * shape.ImageElements);
        columns = turn.Memory<T>(ImagesPerChunk * shape.ColumnElements);
        maps = turn.Memory<T>(ImagesPerChunk * shape.MapElements);
        pinnedImages = turn.Pinned<T>(ImagesPerChunk * shape.ImageElements);
        pinnedMaps = turn.Pinned<T>(ImagesPerChunk * shape.MapElements);
    }

    /// <summary>The rows of columns of one group.</summary>
    public int R { get; }

    /// <summary>The output channels of one group.</summary>
    public int F { get; }

    /// <summary>How many images are taken at a time, so that their columns have room.</summary>
    public int ImagesPerChunk { get; }

    /// <summary>The output positions of so many images, side by side.</summary>
    public int P(int count) => count * shape.Positions;

    /// <summary>X of so many images.</summary>
    public GroupMatrices Columns(int count) => new(columns, P(count), (long)R * P(count));

    /// <summary>Y, or its gradient, of so many images.</summary>
    public GroupMatrices Maps(int count) => new(maps, P(count), (long)F * P(count));

    /// <summary>W, or its gradient.</summary>
    public GroupMatrices Weights(nint weights) => new(weights, R, (long)F * R);

    /// <summary>C = A B + beta C, a product for each group, as cuBLAS sees them: column-major.</summary>
    public void Multiply(bool transposeA, bool transposeB, int m, int n, int k, GroupMatrices a, GroupMatrices b, T beta, GroupMatrices c)
    {
        // A batch of one is a plain product, of which cuBLAS knows more algorithms.
        if (groups == 1)
            turn.Multiply(transposeA, transposeB, m, n, k, T.One, a.Address, a.Stride, b.Address, b.Stride, beta, c.Address, c.Stride);
        else
            turn.MultiplyGroups(transposeA, transposeB, m, n, k, a, b, beta, c, groups);
    }

    /// <summary>Brings images of a batch to the card.</summary>
    public void UploadImages(Tensor<T> batch, int first, int count)
    {
        Span<T> part = Part(batch, first, count);
        Packing.Pack<T>(part, pinnedImages);
        turn.ToCard<T>(pinnedImages, images, part.Length);
    }

    /// <summary>Brings maps of a batch to the card, those of one channel side by side.</summary>
    public void UploadMaps(Tensor<T> batch, int first, int count)
    {
        Span<T> part = Part(batch, first, count);
        Packing.PackChannels<T>(part, pinnedMaps, count, shape.Outputs);
        turn.ToCard<T>(pinnedMaps, maps, part.Length);
    }

    /// <summary>Waits for the card and takes its images into a batch.</summary>
    public void DownloadImages(Tensor<T> batch, int first, int count)
    {
        Span<T> part = Part(batch, first, count);
        turn.ToHost<T>(images, pinnedImages, part.Length);
        turn.Wait();
        Packing.Unpack(pinnedImages, part);
    }

    /// <summary>Waits for the card and takes its maps into a batch.</summary>
    public void DownloadMaps(Tensor<T> batch, int first, int count)
    {
        Span<T> part = Part(batch, first, count);
        turn.ToHost<T>(maps, pinnedMaps, part.Length);
        turn.Wait();
        Packing.UnpackChannels(pinnedMaps, part, count, shape.Outputs);
    }

    /// <summary>Makes X of so many images.</summary>
    public void MakeColumns(int count) => kernels.ImagesToColumns(turn, shape with { Images = count }, images, columns);

    /// <summary>Images as the sums of their columns.</summary>
    public void AddUpColumns(int count) => kernels.ColumnsToImages(turn, shape with { Images = count }, columns, images);

    /// <summary>Adds its bias to each map.</summary>
    public void AddBias(int count, nint bias) => kernels.AddBias(turn, shape with { Images = count }, bias, maps);

    private static Span<T> Part(Tensor<T> batch, int first, int count)
    {
        int perImage = batch.Count / batch.Shape[0];
        return batch.Span.Slice(first * perImage, count * perImage);
    }
}

/// <summary>A matrix for each group, as many elements apart; row-major, without gaps.</summary>
/// <param name="Address">Where the first begins.</param>
/// <param name="Stride">The distance from one row to the next.</param>
/// <param name="GroupStride">The distance from one matrix to the next.</param>
internal readonly record struct GroupMatrices(nint Address, int Stride, long GroupStride);
