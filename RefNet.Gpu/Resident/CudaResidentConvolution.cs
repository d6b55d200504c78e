using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Gpu.Resident;

/// <summary>
/// Convolution as matrix products of columns, as <see cref="CudaConvolution{T}"/> does it, between tensors that are on the
/// card already: the columns are made and thrown away there, some images at a time.
/// </summary>
/// <remarks>
/// The images stand side by side in the columns X, R x NP, with R = channels * taps, P output positions and N images: one
/// product serves them all. The maps of the product are F x NP, those of a tensor N x F x P: a kernel swaps the axes. Images
/// with many positions get a product each, in one call, which needs no swap; and where the columns of an image are the image
/// itself, no columns are made for it, but for dW, a sum over the images. As everywhere, row-major C = A B is asked of cuBLAS as Cᵀ = Bᵀ Aᵀ.
/// </remarks>
internal sealed class CudaResidentConvolution<T>(CudaResidentDevice<T> device, ResidentKernels<T> kernels, ConvolutionGeometry geometry, int groups) : IResidentConvolution<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Forward(DeviceTensor<T> x, DeviceTensor<T> w, DeviceTensor<T>? b, DeviceTensor<T> y)
    {
        DeviceShapes.Convolution(geometry, groups, x, w, b, y);
        (nint addressX, nint addressW, nint addressY) = (device.Address(x), device.Address(w), device.Address(y));
        ColumnShape shape = ShapeOf(x, y);
        using (DeviceTurn turn = device.Card.TakeTurn())
        {
            if (EachImageAlone(shape) && shape.IsImage)
                MultiplyImages(shape, Batch.Images(shape, addressX), addressW, Batch.Maps(shape, addressY));
            else
            {
                foreach (Chunk chunk in Chunks(shape))
                {
                    kernels.ImagesToColumns(chunk.Shape, chunk.Images(addressX), chunk.X);
                    if (EachImageAlone(shape))
                        MultiplyImages(chunk.Shape, chunk.Columns, addressW, Batch.Maps(chunk.Shape, chunk.Maps(addressY)));
                    else
                    {
                        device.Multiply(                                                // Y = W X
                            transposeA: false, transposeB: false, chunk.NP, chunk.F, chunk.R,
                            chunk.GroupsOfX, chunk.GroupsOfW(addressW), T.Zero, chunk.GroupsOfY, groups);
                        kernels.SwapAxes(shape.Outputs, chunk.N, shape.Positions, chunk.Y, chunk.Maps(addressY));
                    }
                }
            }
        }

        if (b is not null)
            device.AddBias(b, y);                                                       // Y += b 1ᵀ
    }

    /// <inheritdoc/>
    public void AddWeightGradient(DeviceTensor<T> x, DeviceTensor<T> dY, DeviceTensor<T> dW)
    {
        DeviceShapes.Convolution(geometry, groups, x, dW, b: null, dY);
        (nint addressX, nint addressDY, nint addressDW) = (device.Address(x), device.Address(dY), device.Address(dW));
        ColumnShape shape = ShapeOf(x, dY);
        using DeviceTurn turn = device.Card.TakeTurn();
        foreach (Chunk chunk in Chunks(shape))
        {
            kernels.ImagesToColumns(chunk.Shape, chunk.Images(addressX), chunk.X);
            kernels.SwapAxes(chunk.N, shape.Outputs, shape.Positions, chunk.Maps(addressDY), chunk.Y);
            device.Multiply(                                                            // dW += dY Xᵀ
                transposeA: true, transposeB: false, chunk.R, chunk.F, chunk.NP,
                chunk.GroupsOfX, chunk.GroupsOfY, T.One, chunk.GroupsOfW(addressDW), groups);
        }
    }

    /// <inheritdoc/>
    public void InputGradient(DeviceTensor<T> w, DeviceTensor<T> dY, DeviceTensor<T> dX)
    {
        DeviceShapes.Convolution(geometry, groups, dX, w, b: null, dY);
        (nint addressW, nint addressDY, nint addressDX) = (device.Address(w), device.Address(dY), device.Address(dX));
        ColumnShape shape = ShapeOf(dX, dY);
        using DeviceTurn turn = device.Card.TakeTurn();
        if (EachImageAlone(shape) && shape.IsImage)
        {
            MultiplyMaps(shape, Batch.Maps(shape, addressDY), addressW, Batch.Images(shape, addressDX));
            return;
        }

        foreach (Chunk chunk in Chunks(shape))
        {
            if (EachImageAlone(shape))
                MultiplyMaps(chunk.Shape, Batch.Maps(chunk.Shape, chunk.Maps(addressDY)), addressW, chunk.Columns);
            else
            {
                kernels.SwapAxes(chunk.N, shape.Outputs, shape.Positions, chunk.Maps(addressDY), chunk.Y);
                device.Multiply(                                                        // dX = Wᵀ dY
                    transposeA: false, transposeB: true, chunk.NP, chunk.R, chunk.F,
                    chunk.GroupsOfY, chunk.GroupsOfW(addressW), T.Zero, chunk.GroupsOfX, groups);
            }

            kernels.ColumnsToImages(chunk.Shape, chunk.X, chunk.Images(addressDX));
        }
    }

    // A product for each image writes its maps where they belong, and reads them there: no axes are swapped.
    private bool EachImageAlone(ColumnShape shape) => groups == 1 && shape.Positions >= device.Options.LargePositions;

    // Y = W X for each image; one W for all.
    private void MultiplyImages(ColumnShape shape, GroupMatrices x, nint w, GroupMatrices y) => device.Multiply(
        transposeA: false, transposeB: false, shape.Positions, shape.Outputs, shape.Rows, x, new GroupMatrices(w, shape.Rows, 0), T.Zero, y, shape.Images);

    // X = Wᵀ dY for each image.
    private void MultiplyMaps(ColumnShape shape, GroupMatrices dY, nint w, GroupMatrices x) => device.Multiply(
        transposeA: false, transposeB: true, shape.Positions, shape.Rows, shape.Outputs, dY, new GroupMatrices(w, shape.Rows, 0), T.Zero, x, shape.Images);

    private ColumnShape ShapeOf(DeviceTensor<T> x, DeviceTensor<T> y) => new(geometry, x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], y.Shape[1]);

    // As many images at a time as there is room for their columns, all in the same memory; the kernels count in 31 bits.
    private IEnumerable<Chunk> Chunks(ColumnShape shape)
    {
        if (shape.ColumnElements > int.MaxValue)
            throw new ShapeException("Convolution", $"images whose columns have at most {int.MaxValue} elements, not {shape.ColumnElements}", new Shape(shape.Channels, shape.Height, shape.Width));
        long mostElements = Math.Min(device.Options.ColumnBytes / Unsafe.SizeOf<T>(), int.MaxValue);
        int most = (int)Math.Clamp(mostElements / Math.Max(shape.ColumnElements, shape.MapElements), 1, shape.Images);
        nint memory = device.Scratch(Chunk.Aligned(most * shape.ColumnElements) + most * shape.MapElements);
        for (int first = 0; first < shape.Images; first += most)
            yield return new Chunk(shape with { Images = Math.Min(most, shape.Images - first) }, groups, first, memory);
    }

    // Some images from the first on: the extents of their products, and where everything begins.
    private readonly struct Chunk(ColumnShape shape, int groups, int first, nint memory)
    {
        public ColumnShape Shape => shape;

        public int N => shape.Images;

        public int NP => shape.Images * shape.Positions;

        /// <summary>Rows of X of one group.</summary>
        public int R => shape.Rows / groups;

        /// <summary>Output channels of one group.</summary>
        public int F => shape.Outputs / groups;

        public nint X => memory;

        public nint Y => At(memory, Aligned(N * shape.ColumnElements));

        /// <summary>X of each group.</summary>
        public GroupMatrices GroupsOfX => new(X, NP, (long)R * NP);

        /// <summary>Y of each group.</summary>
        public GroupMatrices GroupsOfY => new(Y, NP, (long)F * NP);

        /// <summary>W of each group.</summary>
        public GroupMatrices GroupsOfW(nint weights) => new(weights, R, (long)F * R);

        /// <summary>The part of X that belongs to each image, where there is one group.</summary>
        public GroupMatrices Columns => new(X, NP, shape.Positions);

        /// <summary>So many elements, up to the next address that cards like best.</summary>
        public static long Aligned(long elements) => (elements + 63) / 64 * 64;

        public nint Images(nint batch) => At(batch, first * shape.ImageElements);

        public nint Maps(nint batch) => At(batch, first * shape.MapElements);

        private static nint At(nint address, long elements) => address + (nint)(elements * Unsafe.SizeOf<T>());
    }

    // The matrices of whole images, C x P, and of their maps, F x P, as tensors have them.
    private static class Batch
    {
        public static GroupMatrices Images(ColumnShape shape, nint address) => new(address, shape.Positions, shape.ImageElements);

        public static GroupMatrices Maps(ColumnShape shape, nint address) => new(address, shape.Positions, shape.MapElements);
    }
}
