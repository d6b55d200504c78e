using RefNet.Benchmarks.Work;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>The three products of convolution layers, and of each how long copies, columns and products take.</summary>
internal static class ConvolutionTable
{
    public static bool Write(CudaGemm card, GpuShapes shapes, PyTorchTimes pyTorch)
    {
        bool isRight = true;
        Clock.WriteHead(
            "Convolutions", "layer", "card", "of it copies", "kernels", "products", "the rest", "processor", "PyTorch, all on the card");
        foreach ((string of, int[] extents) in shapes.Convolutions)
        {
            Layer layer = new(card, extents);
            string shape = string.Join(' ', extents);
            foreach ((string product, Action<IConvolution<float>> run, Tensor<float> result, long terms) in layer.Products)
            {
                string name = $"{of} {product}, batch {extents[0]}, {extents[1]} -> {extents[2]}, {extents[3]}x{extents[3]}, kernel {extents[4]}, stride {extents[5]}";
                float[] onCard = layer.Fresh(layer.OnCard, run, result);
                float[] expected = layer.Fresh(layer.OnProcessor, run, result);
                if (!Clock.Agree(name, onCard, expected, terms))
                {
                    isRight = false;
                    continue;
                }

                double whole = Clock.Best(() => run(layer.OnCard));
                (double? copies, double? kernels, double? products, double? rest) = Clock.Split(card, () => run(layer.OnCard));
                Clock.WriteRow(
                    name, whole, copies, kernels, products, rest, Clock.Best(() => run(layer.OnProcessor)),
                    pyTorch[$"{product} {shape}"]);
            }
        }

        return isRight;
    }

    private sealed class Layer
    {
        private readonly Tensor<float> x, w, y, dX, dW;

        public Layer(CudaGemm card, int[] extents)
        {
            (int n, int c, int f, int h, int k) = (extents[0], extents[1], extents[2], extents[3], extents[4]);
            ConvolutionGeometry geometry = ConvolutionGeometry.Square(k, extents[5], extents[6]) with { Flip = false, Rounding = Rounding.Floor };
            OnCard = ((IGemm<float>)card).Convolution(geometry, groups: 1);
            OnProcessor = new SimdGemm<float>().Convolution(geometry, groups: 1);
            ColumnShape shape = new(geometry, n, c, h, h, f);
            x = Numbers.Tensor(1, 1, n, c, h, h);
            w = Numbers.Tensor(2, 1, f, c, k, k);
            y = Numbers.Tensor(3, 1, n, f, shape.OutputRows, shape.OutputColumns);
            (dX, dW) = (new Tensor<float>(x.Shape), new Tensor<float>(w.Shape));
            Tensor<float> dY = y.Clone();
            Products =
            [
                ("forward", convolution => convolution.Forward(x, w, null, y), y, shape.Rows),
                ("weight", convolution => convolution.AddWeightGradient(x, dY, dW), dW, (long)n * shape.Positions),
                ("input", convolution => convolution.InputGradient(w, dY, dX), dX, (long)f * k * k),
            ];
        }

        public IConvolution<float> OnCard { get; }

        public IConvolution<float> OnProcessor { get; }

        public (string Name, Action<IConvolution<float>> Run, Tensor<float> Result, long Terms)[] Products { get; }

        public float[] Fresh(IConvolution<float> convolution, Action<IConvolution<float>> run, Tensor<float> result)
        {
            result.Span.Clear();
            run(convolution);
            return [.. result.Span];
        }
    }
}
