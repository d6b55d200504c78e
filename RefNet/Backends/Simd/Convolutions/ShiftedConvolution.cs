using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Convolution without columns: an image is copied once, into planes surrounded by zeros, in which each tap of the
/// kernel is a shift (<see cref="ShiftedPlanes"/>). The input gradient is also a convolution: of dY, with the shifts
/// reversed and the weights transposed; at stride S there is one per phase of the input, all of the same planes.
/// </summary>
/// <param name="geometry">The kernel, stride and padding.</param>
/// <param name="groups">The number of groups of channels.</param>
/// <param name="kernel">Computes the products.</param>
/// <param name="gatheringStrips">Where at least this many strips of positions of a batch read the kernels of an input gradient, these are ordered by <see cref="PhaseWeights"/> first.</param>
internal sealed unsafe class ShiftedConvolution<T>(ConvolutionGeometry geometry, int groups, GemmKernel<T> kernel, int gatheringStrips = 48) : IConvolutionAlgorithm<T>
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
            s.self.Convolve(s.self.plan.ForwardPhases, s.x, i / s.groups, i % s.groups, s.w.Values, s.w.Count / s.w.Shape[0], null, s.b, s.y)); // Y = W X + b 1ᵀ
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
        int strips = dX.Shape[0] * (plan.Backward[0][0].Positions / kernel.WideColumns);
        PhaseWeights? order = strips < gatheringStrips ? null : plan.BackwardWeights;
        using Scratch<T> scratch = new(order is null ? 0 : w.Count);
        fixed (T* gathered = scratch.Span, kernels = w.Values)
        {
            order?.Gather(w, gathered);
            ParallelLoop.For(dX.Shape[0] * groups, (self: this, groups, weights: (nint)(order is null ? kernels : gathered), w.Count, geometry.Taps, order, dY, dX), static (i, s) =>
                s.self.Convolve(s.self.plan.Backward, s.dY, i / s.groups, i % s.groups, new ReadOnlySpan<T>((T*)s.weights, s.Count), s.Taps, s.order, null, s.dX)); // dX = Wᵀ dY
        }
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

    // One group of one image: target = weights * source, where the weights for row r start at r * rowWeights, or are in the given order. Row p of
    // the layouts gives the rows p, p + S, p + 2S, ... of the target, where S is the number of rows of the layouts.
    private void Convolve(ShiftedPlanes[][] layouts, Tensor<T> source, int n, int g, ReadOnlySpan<T> w, int rowWeights, PhaseWeights? order, Tensor<T>? b, Tensor<T> target)
    {
        ShiftedPlanes layout = layouts[0][0];
        int channels = source.Shape[1] / groups, rows = target.Shape[1] / groups, width = target.Shape[3], plane = target.Shape[2] * width;
        int size = checked(channels * layout.ChannelSize);
        using Scratch<T> scratch = new(size + kernel.WideColumns + layout.Pitch); // the last strip of a product, and shorter phases, read past the planes
        scratch.Span[size..].Clear();
        fixed (T* planes = scratch.Span, weights = w, results = target.SampleSpan(n), bias = b is null ? default : b.Values)
        {
            ParallelLoop.For(channels, (layout, source, n, first: g * channels, planes: (nint)planes), static (c, s) => s.layout.Fill(s.source, s.n, s.first + c, (T*)s.planes + c * s.layout.ChannelSize));
            ShiftedProduct<T> product = new()
            {
                Kernel = kernel,
                Planes = planes,
                A = weights + g * (w.Length / groups),
                ARowStride = rowWeights,
                Order = order,
                Rows = rows,
                Bias = bias == null ? null : bias + g * rows,
                ResultPlane = plane,
                ResultColumns = width,
            };
            for (int phase = 0; phase < layouts.Length; phase++)
            {
                product.Layouts = layouts[phase];
                product.Result = new Strided<T>(results + g * rows * plane + phase * width, layouts.Length * width, 1);
                product.FirstPhase = phase * layouts[phase].Length;
                product.Run();
            }
        }
    }
}
