using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Convolution without columns: an image is copied once, into planes surrounded by zeros, in which each tap of the
/// kernel is a shift (<see cref="ShiftedPlanes"/>). The input gradient is also a convolution: of dY, with the shifts
/// reversed and the weights transposed; at stride S there is one per phase of the input, all of the same planes.
/// </summary>
internal sealed unsafe class ShiftedConvolution<T>(ConvolutionGeometry geometry, int groups, GemmKernel<T> kernel) : IConvolutionAlgorithm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ShiftedWeightGradient<T> weightGradient = new(groups, kernel);
    private readonly ShiftedPlan plan = new(geometry, groups);

    /// <inheritdoc/>
    public string Name => "shifts";

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        plan.Make(x.Shape, y.Shape);
        ParallelLoop.For(x.Shape[0] * groups, (self: this, groups, x, w, b, y), static (i, s) =>
            s.self.Convolve(s.self.plan.ForwardPhases, s.x, i / s.groups, i % s.groups, s.w, s.w.Count / s.w.Shape[0], s.b, s.y)); // Y = W X + b 1ᵀ
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        plan.Make(x.Shape, dY.Shape);
        weightGradient.Add(plan.Forward, x, dY, dW);
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        plan.Make(dX.Shape, dY.Shape);
        ParallelLoop.For(dX.Shape[0] * groups, (self: this, groups, w, geometry.Taps, dY, dX), static (i, s) =>
            s.self.Convolve(s.self.plan.Backward, s.dY, i / s.groups, i % s.groups, s.w, s.Taps, null, s.dX)); // dX = Wᵀ dY
    }

    /// <inheritdoc/>
    public ConvolutionSteps CountSteps(ConvolutionProduct product, Shape x, Shape y)
    {
        plan.Make(x, y);
        double inputs = (double)x[1] * x[2] * x[3], outputs = (double)y[1] * y[2] * y[3], pairs = (double)x[1] / groups * y[1], weights = pairs * geometry.Taps;
        int allPositions = kernel.WholeRegisters(plan.Forward.Positions) / kernel.NarrowColumns;
        return product switch
        {
            ConvolutionProduct.Forward => new(pairs * Products(plan.ForwardPhases), inputs, IsCopied(plan.ForwardPhases) ? outputs : 0, weights), // each image reads all weights
            ConvolutionProduct.WeightGradient => new(weights * allPositions, inputs, outputs, weights * weightGradient.Dots(plan.Forward, x[0])),
            _ => new(pairs * Products(plan.Backward), IsCopied(plan.Backward) ? inputs : 0, outputs, weights),
        };
    }

    private bool IsCopied(ShiftedPlanes[][] layouts) => !layouts.All(phases => ShiftedProduct<T>.StoresAtOnce(phases, kernel));

    // Products of registers for a channel of x and a map of y.
    private double Products(ShiftedPlanes[][] layouts)
    {
        double products = 0;
        foreach (ShiftedPlanes[] phases in layouts)
        {
            bool atOnce = ShiftedProduct<T>.StoresAtOnce(phases, kernel);
            foreach (ShiftedPlanes layout in phases)
                products += layout.Taps * (atOnce ? layout.ResultRows * layout.ResultColumns : kernel.WholeRegisters(layout.Positions)) / kernel.NarrowColumns;
        }

        return products;
    }

    // One group of one image: target = weights * source, where the weights for row r start at r * rowWeights. Row p of
    // the layouts gives the rows p, p + S, p + 2S, ... of the target, where S is the number of rows of the layouts.
    private void Convolve(ShiftedPlanes[][] layouts, Tensor<T> source, int n, int g, Tensor<T> w, int rowWeights, Tensor<T>? b, Tensor<T> target)
    {
        ShiftedPlanes layout = layouts[0][0];
        int channels = source.Shape[1] / groups, rows = target.Shape[1] / groups, width = target.Shape[3], plane = target.Shape[2] * width;
        int size = checked(channels * layout.ChannelSize);
        using Scratch<T> scratch = new(size + kernel.WideColumns + layout.Pitch); // the last strip of a product, and shorter phases, read past the planes
        scratch.Span[size..].Clear();
        fixed (T* planes = scratch.Span, weights = w.Values, results = target.SampleSpan(n), bias = b is null ? default : b.Values)
        {
            ParallelLoop.For(channels, (layout, source, n, first: g * channels, planes: (nint)planes), static (c, s) => s.layout.Fill(s.source, s.n, s.first + c, (T*)s.planes + c * s.layout.ChannelSize));
            ShiftedProduct<T> product = new()
            {
                Kernel = kernel,
                Planes = planes,
                A = weights + g * (w.Count / groups),
                ARowStride = rowWeights,
                Rows = rows,
                Bias = bias == null ? null : bias + g * rows,
                ResultPlane = plane,
                ResultColumns = width,
            };
            for (int phase = 0; phase < layouts.Length; phase++)
            {
                product.Layouts = layouts[phase];
                product.Result = new Strided<T>(results + g * rows * plane + phase * width, layouts.Length * width, 1);
                product.Run();
            }
        }
    }
}
