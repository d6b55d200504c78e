using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>
/// Convolution without columns: an image is copied once, into planes with zeros around them, in which each tap of the
/// kernel is a shift (<see cref="ShiftedPlanes"/>). The input gradient is a convolution too: of dY, with the shifts turned
/// round and the weights transposed; at stride S it is one for each phase of the input.
/// </summary>
internal sealed unsafe class ShiftedConvolution<T>(ConvolutionGeometry geometry, int groups, GemmKernel<T> kernel) : IConvolution<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ShiftedWeightGradient<T> weightGradient = new(groups, kernel);
    private ShiftedPlanes forward = null!;
    private ShiftedPlanes[] backward = [];
    private (int Channels, int Maps, int Height, int Width) planned;

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        Plan(x, y);
        ParallelLoop.For(x.Shape[0], (self: this, x, w, b, y), static (n, s) =>
            s.self.Convolve(s.self.forward, s.x, n, s.w, s.w.Count / s.w.Shape[0], s.b, s.y, 0, 0, 1, 1)); // Y = W X + b 1ᵀ
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        Plan(x, dY);
        weightGradient.Add(forward, x, dY, dW);
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        Plan(dX, dY);
        ParallelLoop.For(dX.Shape[0], (self: this, w, dY, dX), static (n, s) => s.self.InputGradient(n, s.w, s.dY, s.dX));
    }

    /// <summary>How many sums are computed for a map of the output, those between its rows included.</summary>
    public int Computed(Tensor<T> x, Tensor<T> y)
    {
        Plan(x, y);
        return kernel.WholeRegisters(forward.Positions);
    }

    /// <summary>How many products are computed for a channel of dX and a map of dY.</summary>
    public int ComputedBackward(Tensor<T> dX, Tensor<T> dY)
    {
        Plan(dX, dY);
        int computed = 0;
        foreach (ShiftedPlanes layout in backward)
            computed += layout.Taps * kernel.WholeRegisters(layout.Positions);
        return computed;
    }

    /// <summary>How long the dot products of the weight gradient are.</summary>
    public int DotLength(Tensor<T> x, Tensor<T> dY)
    {
        Plan(x, dY);
        return weightGradient.DotLength(forward, x.Shape[0]);
    }

    private void InputGradient(int n, Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        (int rowStride, int columnStride) = (geometry.Rows.Stride, geometry.Columns.Stride);
        if (backward.Length > 1)
            dX.Sample(n).Clear(); // a phase of the input that no tap reads has no gradient
        for (int phase = 0; phase < backward.Length; phase++)
            Convolve(backward[phase], dY, n, w, geometry.Taps, null, dX, phase / columnStride, phase % columnStride, rowStride, columnStride); // dX = Wᵀ dY
    }

    // One image: target = weights * source, where sums for row r begin r * rowWeights into the weights. Result (i, j) goes to
    // row firstRow + i * rowStride, column firstColumn + j * columnStride of the target.
    private void Convolve(
        ShiftedPlanes layout, Tensor<T> source, int n, Tensor<T> w, int rowWeights, Tensor<T>? b,
        Tensor<T> target, int firstRow, int firstColumn, int rowStride, int columnStride)
    {
        if (layout.Positions == 0 || layout.Offsets.Length == 0)
            return;
        int channelPlanes = layout.PlanesPerChannel * layout.PlaneSize, width = target.Shape[3], plane = target.Shape[2] * width;
        int size = checked(source.Shape[1] * channelPlanes), rows = target.Shape[1] / groups;
        using Scratch<T> scratch = new(size + kernel.WideColumns); // the last strip of a product reads beyond the planes
        scratch.Span[size..].Clear();
        fixed (T* planes = scratch.Span, weights = w.Span, results = target.Sample(n), bias = b is null ? default : b.Span)
        {
            ParallelLoop.For(source.Shape[1], (layout, source, n, (nint)planes), static (c, s) => s.layout.Fill(s.source, s.n, 1, c, (T*)s.Item4));
            ShiftedProduct<T> product = new()
            {
                Kernel = kernel,
                Layout = layout,
                ARowStride = rowWeights,
                Rows = rows,
                ResultPlane = plane,
            };
            for (int g = 0; g < groups; g++)
            {
                product.Planes = planes + g * (size / groups);
                product.A = weights + g * (w.Count / groups);
                product.Bias = bias == null ? null : bias + g * rows;
                product.Result = new Strided<T>(results + g * rows * plane + firstRow * width + firstColumn, rowStride * width, columnStride);
                product.Run();
            }
        }
    }

    private void Plan(Tensor<T> x, Tensor<T> y)
    {
        if (planned == (x.Shape[1], y.Shape[1], x.Shape[2], x.Shape[3]))
            return;
        (int height, int width, int rows, int columns) = (x.Shape[2], x.Shape[3], y.Shape[2], y.Shape[3]);
        (Window down, Window right, int taps) = (geometry.Rows, geometry.Columns, geometry.Taps);
        int channels = x.Shape[1] / groups, maps = y.Shape[1] / groups;
        forward = new ShiftedPlanes(
            TapShifts.Forward(down, geometry.FirstRow, height, rows), TapShifts.Forward(right, geometry.FirstColumn, width, columns),
            down.Stride, right.Stride, channels, taps, right.Size);
        backward = new ShiftedPlanes[down.Stride * right.Stride];
        for (int phase = 0; phase < backward.Length; phase++)
        {
            backward[phase] = new ShiftedPlanes(
                TapShifts.Backward(down, geometry.FirstRow, height, rows, phase / right.Stride),
                TapShifts.Backward(right, geometry.FirstColumn, width, columns, phase % right.Stride),
                1, 1, maps, channels * taps, right.Size);
        }

        planned = (x.Shape[1], y.Shape[1], x.Shape[2], x.Shape[3]);
    }
}
