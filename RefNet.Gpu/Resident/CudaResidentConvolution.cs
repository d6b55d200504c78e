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
/// product serves them all. The maps of the product are F x NP, those of a tensor N x F x P: a kernel swaps the axes. As
/// everywhere, row-major C = A B is asked of cuBLAS as Cᵀ = Bᵀ Aᵀ.
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
            foreach (Chunk chunk in Chunks(shape))
            {
                kernels.ImagesToColumns(chunk.Shape, chunk.Images(addressX), chunk.X);
                for (int g = 0; g < groups; g++)
                {
                    device.Multiply(                                                    // Y = W X
                        transposeA: false, transposeB: false, chunk.NP, chunk.F, chunk.R,
                        chunk.GroupX(g), chunk.NP, chunk.GroupW(addressW, g), chunk.R, T.Zero, chunk.GroupY(g), chunk.NP);
                }

                kernels.SwapAxes(shape.Outputs, chunk.N, shape.Positions, chunk.Y, chunk.Maps(addressY));
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
            for (int g = 0; g < groups; g++)
            {
                device.Multiply(                                                        // dW += dY Xᵀ
                    transposeA: true, transposeB: false, chunk.R, chunk.F, chunk.NP,
                    chunk.GroupX(g), chunk.NP, chunk.GroupY(g), chunk.NP, T.One, chunk.GroupW(addressDW, g), chunk.R);
            }
        }
    }

    /// <inheritdoc/>
    public void InputGradient(DeviceTensor<T> w, DeviceTensor<T> dY, DeviceTensor<T> dX)
    {
        DeviceShapes.Convolution(geometry, groups, dX, w, b: null, dY);
        (nint addressW, nint addressDY, nint addressDX) = (device.Address(w), device.Address(dY), device.Address(dX));
        ColumnShape shape = ShapeOf(dX, dY);
        using DeviceTurn turn = device.Card.TakeTurn();
        foreach (Chunk chunk in Chunks(shape))
        {
            kernels.SwapAxes(chunk.N, shape.Outputs, shape.Positions, chunk.Maps(addressDY), chunk.Y);
            for (int g = 0; g < groups; g++)
            {
                device.Multiply(                                                        // dX = Wᵀ dY
                    transposeA: false, transposeB: true, chunk.NP, chunk.R, chunk.F,
                    chunk.GroupY(g), chunk.NP, chunk.GroupW(addressW, g), chunk.R, T.Zero, chunk.GroupX(g), chunk.NP);
            }

            kernels.ColumnsToImages(chunk.Shape, chunk.X, chunk.Images(addressDX));
        }
    }

    private ColumnShape ShapeOf(DeviceTensor<T> x, DeviceTensor<T> y) => new(geometry, x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], y.Shape[1]);

    // As many images at a time as there is room for their columns, all in the same memory; the kernels count in 31 bits.
    private IEnumerable<Chunk> Chunks(ColumnShape shape)
    {
        if (shape.ColumnElements > int.MaxValue)
            throw new ShapeException("Convolution", $"images whose columns have at most {int.MaxValue} elements, not {shape.ColumnElements}", new Shape(shape.Channels, shape.Height, shape.Width));
        long mostElements = Math.Min(device.Options.ColumnBytes / Unsafe.SizeOf<T>(), int.MaxValue);
        int most = (int)Math.Clamp(mostElements / Math.Max(shape.ColumnElements, shape.MapElements), 1, shape.Images);
        nint memory = device.Scratch(most * (shape.ColumnElements + shape.MapElements));
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

        public nint Y => At(memory, N * shape.ColumnElements);

        public nint GroupX(int g) => At(X, (long)g * R * NP);

        public nint GroupY(int g) => At(Y, (long)g * F * NP);

        public nint GroupW(nint weights, int g) => At(weights, (long)g * F * R);

        public nint Images(nint batch) => At(batch, first * shape.ImageElements);

        public nint Maps(nint batch) => At(batch, first * shape.MapElements);

        private static nint At(nint address, long elements) => address + (nint)(elements * Unsafe.SizeOf<T>());
    }
}
