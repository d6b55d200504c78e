using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>
/// The memory for a convolution over a batch, some images at a time, and where images and groups begin in it. "Maps" are the
/// outputs of a convolution, or their gradients.
/// </summary>
internal readonly struct ConvolutionRun<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DeviceTurn turn;
    private readonly ColumnShape shape;
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
        P = shape.Positions;
        GroupR = shape.Rows / groups;
        GroupF = shape.Outputs / groups;
        long mostElements = Math.Min(options.ColumnBytes / Unsafe.SizeOf<T>(), int.MaxValue);
        ImagesPerChunk = (int)Math.Clamp(mostElements / Math.Max(shape.ColumnElements, Math.Max(shape.ImageElements, shape.MapElements)), 1, shape.Images);

        kernels = turn.Device.KernelsFor<T>();
        images = turn.Memory<T>(ImagesPerChunk * shape.ImageElements);
        columns = turn.Memory<T>(ImagesPerChunk * shape.ColumnElements);
        maps = turn.Memory<T>(ImagesPerChunk * shape.MapElements);
        pinnedImages = turn.Pinned<T>(ImagesPerChunk * shape.ImageElements);
        pinnedMaps = turn.Pinned<T>(ImagesPerChunk * shape.MapElements);
    }

    /// <summary>The output positions of an image.</summary>
    public int P { get; }

    /// <summary>The rows of columns of one group.</summary>
    public int GroupR { get; }

    /// <summary>The output channels of one group.</summary>
    public int GroupF { get; }

    /// <summary>How many images are taken at a time, so that their columns have room.</summary>
    public int ImagesPerChunk { get; }

    /// <summary>Where the columns of a group begin, in image n of the chunk.</summary>
    public nint Columns(int g, int n = 0) => Offset(columns, n * shape.ColumnElements + (long)g * GroupR * P);

    /// <summary>Where the maps of a group begin, in image n of the chunk.</summary>
    public nint Maps(int g, int n = 0) => Offset(maps, n * shape.MapElements + (long)g * GroupF * P);

    /// <summary>Where the weights of a group begin.</summary>
    public nint Weights(nint weights, int g) => Offset(weights, (long)g * GroupF * GroupR);

    /// <summary>Brings images of a batch to the card.</summary>
    public void UploadImages(Tensor<T> batch, int first, int count) => Upload(Part(batch, first, count), pinnedImages, images);

    /// <summary>Brings maps of a batch to the card.</summary>
    public void UploadMaps(Tensor<T> batch, int first, int count) => Upload(Part(batch, first, count), pinnedMaps, maps);

    /// <summary>Waits for the card and takes its images into a batch.</summary>
    public void DownloadImages(Tensor<T> batch, int first, int count) => Download(images, pinnedImages, Part(batch, first, count));

    /// <summary>Waits for the card and takes its maps into a batch.</summary>
    public void DownloadMaps(Tensor<T> batch, int first, int count) => Download(maps, pinnedMaps, Part(batch, first, count));

    /// <summary>X of so many images.</summary>
    public void MakeColumns(int count) => kernels.ImagesToColumns(shape with { Images = count }, images, columns);

    /// <summary>Images as the sums of their columns.</summary>
    public void AddUpColumns(int count) => kernels.ColumnsToImages(shape with { Images = count }, columns, images);

    /// <summary>Adds its bias to each map.</summary>
    public void AddBias(int count, nint bias) => kernels.AddBias(shape with { Images = count }, bias, maps);

    private void Upload(ReadOnlySpan<T> elements, nint pinned, nint memory)
    {
        Packing.Pack(elements, pinned);
        turn.ToCard<T>(pinned, memory, elements.Length);
    }

    private void Download(nint memory, nint pinned, Span<T> elements)
    {
        turn.ToHost<T>(memory, pinned, elements.Length);
        turn.Wait();
        Packing.Unpack(pinned, elements);
    }

    private static Span<T> Part(Tensor<T> batch, int first, int count)
    {
        int perImage = batch.Count / batch.Shape[0];
        return batch.Span.Slice(first * perImage, count * perImage);
    }

    private static nint Offset(nint address, long elements) => address + (nint)(elements * Unsafe.SizeOf<T>());
}
