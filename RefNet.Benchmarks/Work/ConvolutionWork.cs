using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Work;

/// <summary>One product of a convolution, as PyTorch defines it: without the flip.</summary>
internal sealed class ConvolutionWork : IWork
{
    private readonly string product;
    private readonly IConvolution<float> convolution;
    private readonly Tensor<float> x, w, y, dX, dW;

    /// <param name="product">conv-forward, conv-input or conv-weight.</param>
    /// <param name="extents">Batch, channels in and out, extent of the images, kernel, stride, padding.</param>
    public ConvolutionWork(string product, int[] extents)
    {
        this.product = product;
        (int n, int c, int f, int h, int k) = (extents[0], extents[1], extents[2], extents[3], extents[4]);
        ConvolutionGeometry geometry = ConvolutionGeometry.Square(k, stride: extents[5], padding: extents[6]) with { Flip = false, Rounding = Rounding.Floor };
        convolution = BackendDefaults<float>.Backend.Convolution(geometry, groups: 1);
        (int rows, int columns) = geometry.Output(h, h);
        x = Numbers.Tensor(1, 1, n, c, h, h);
        w = Numbers.Tensor(2, 1, f, c, k, k);
        y = Numbers.Tensor(3, 1, n, f, rows, columns); // for the gradients this is dY
        dX = product == "conv-input" ? new Tensor<float>(x.Shape) : x;
        dW = product == "conv-weight" ? new Tensor<float>(w.Shape) : w;
    }

    public float[] Result => Numbers.Sample(product switch { "conv-forward" => y, "conv-input" => dX, _ => dW });

    public void Run()
    {
        if (product == "conv-forward")
            convolution.Forward(x, w, null, y);
        else if (product == "conv-input")
            convolution.InputGradient(w, y, dX);
        else
            AddWeightGradient();
    }

    // PyTorch writes dW, RefNet adds to it: clearing is part of the work.
    private void AddWeightGradient()
    {
        dW.Span.Clear();
        convolution.AddWeightGradient(x, y, dW);
    }
}
