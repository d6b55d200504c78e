using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Work;

/// <summary>A forward pass of VGG-16 (configuration D of Simonyan and Zisserman 2015) over images of 224 x 224.</summary>
internal sealed class VggWork : IWork
{
    private const int Classes = 1000;

    // Output channels of each convolution; 0 stands for a pooling layer.
    private static readonly int[] plan = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0];

    private readonly Network<float> network = Create();
    private readonly Tensor<float> x;
    private Tensor<float>? y;

    public VggWork(int batch)
    {
        for (int p = 0; p < network.Parameters.Count; p++)
        {
            Tensor<float> value = network.Parameters[p].Value;
            bool isBias = value.Shape.Rank == 1;
            Numbers.Fill(value.Span, 100 + p, isBias ? 0 : MathF.Sqrt(24f / (value.Count / value.Shape[0]))); // variance 2 / fan-in
        }

        x = Numbers.Tensor(1, 2, batch, 3, 224, 224);
    }

    public float[] Result => Numbers.Sample(y!);

    public void Run() => y = network.Predict(x);

    private static Network<float> Create()
    {
        List<Layer<float>> layers = [];
        int channels = 3;
        foreach (int outputs in plan)
        {
            if (outputs == 0)
            {
                layers.Add(new MaxPooling2D<float>(2));
                continue;
            }

            layers.Add(new Convolution2D<float>(channels, outputs, ConvolutionGeometry.Square(3, padding: 1) with { Flip = false }, initializer: Initializer.Zeros));
            layers.Add(new ReLU<float>());
            channels = outputs;
        }

        layers.Add(new Flatten<float>());
        foreach ((int inputs, int outputs) in new[] { (channels * 7 * 7, 4096), (4096, 4096), (4096, Classes) })
        {
            layers.Add(new Dense<float>(inputs, outputs, Initializer.Zeros));
            if (outputs != Classes)
                layers.Add(new ReLU<float>());
        }

        return new Network<float>(new Shape(3, 224, 224), seed: 1, [.. layers]);
    }
}
