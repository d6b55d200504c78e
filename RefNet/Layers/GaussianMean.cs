using System.Numerics;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// The Gaussian-weighted mean M x of a K x K neighbourhood: of each map alone, N x C x H x W -> N x C x H x W, or of all maps
/// together, -> N x 1 x H x W. The weights sum to 1 at every position: at the border they are divided by the sum of those inside.
/// </summary>
/// <remarks>Loops: ReferenceConvolution.</remarks>
internal sealed class GaussianMean<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int groups;
    private readonly Tensor<T> window; // G x C/G x K x K
    private readonly PerBackend<T, IConvolution<T>> convolution;
    private Tensor<T>? inside; // the sum of the weights that fall inside the image: 1 x G x H x W

    public GaussianMean(int channels, int size, double deviation, bool acrossMaps)
    {
        groups = acrossMaps ? 1 : channels;
        window = new Tensor<T>(new Shape(groups, channels / groups, size, size));
        for (int i = 0; i < window.Count; i++)
        {
            double row = i / size % size - size / 2, column = i % size - size / 2;
            window.Span[i] = T.CreateChecked(Math.Exp(-(row * row + column * column) / (2 * deviation * deviation)));
        }

        convolution = new(backend => backend.Convolution(ConvolutionGeometry.Square(size, padding: size / 2), groups));
    }

    /// <summary>The shape of the means of a batch.</summary>
    public Shape ShapeOf(Shape batch) => new(batch[0], groups, batch[2], batch[3]);

    /// <summary>M x.</summary>
    public void Forward(IBackend<T> backend, Tensor<T> x, Tensor<T> mean)
    {
        Tensor<T> ones = new(x.Shape.Sample.Batch(1));
        ones.Span.Fill(T.One);
        convolution.On(backend).Forward(ones, window, null, Tensor<T>.Reuse(ref inside, mean.Shape.Sample.Batch(1)));
        convolution.On(backend).Forward(x, window, null, mean);
        DivideByInside(mean);
    }

    /// <summary>dx = Mᵀ dm, for the last Forward; overwrites dm.</summary>
    public void Backward(IBackend<T> backend, Tensor<T> dMean, Tensor<T> dX)
    {
        DivideByInside(dMean);
        convolution.On(backend).InputGradient(window, dMean, dX);
    }

    private void DivideByInside(Tensor<T> mean)
    {
        for (int n = 0; n < mean.Shape[0]; n++)
            TensorPrimitives.Divide(mean.Sample(n), inside!.Values, mean.SampleSpan(n));
    }
}
