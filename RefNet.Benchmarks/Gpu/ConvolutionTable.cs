using RefNet.Benchmarks.Work;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>The three products of convolution layers; of the forward one also how long copies, columns and products take.</summary>
internal static class ConvolutionTable
{
    public static bool Write(CudaGemm card, GpuShapes shapes, PyTorchTimes pyTorch)
    {
        bool isRight = true;
        Clock.WriteHead(
            "Convolutions", "layer", "card", "of it copies", "columns", "products", "processor", "PyTorch, all on the card");
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

                (double? copies, double? columns, double? products) = product == "forward" ? layer.Split(card) : default((double?, double?, double?));
                Clock.WriteRow(
                    name, Clock.Best(() => run(layer.OnCard)), copies, columns, products, Clock.Best(() => run(layer.OnProcessor)),
                    pyTorch[$"{product} {shape}"]);
            }
        }

        return isRight;
    }

    private sealed class Layer
    {
        private readonly ColumnShape shape;
        private readonly Tensor<float> x, w, y, dX, dW;

        public Layer(CudaGemm card, int[] extents)
        {
            (int n, int c, int f, int h, int k) = (extents[0], extents[1], extents[2], extents[3], extents[4]);
            ConvolutionGeometry geometry = ConvolutionGeometry.Square(k, extents[5], extents[6]) with { Flip = false, Rounding = Rounding.Floor };
            OnCard = ((IGemm<float>)card).Convolution(geometry, groups: 1);
            OnProcessor = new SimdGemm<float>().Convolution(geometry, groups: 1);
            shape = new ColumnShape(geometry, n, c, h, h, f);
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

        /// <summary>The forward product again, with a wait behind each part; the weights are there already.</summary>
        public (double? Copies, double? Columns, double? Products) Split(CudaGemm card)
        {
            double copies = 0, columns = 0, products = 0;
            using DeviceTurn turn = card.Device.TakeTurn();
            ConvolutionRun<float> run = new(turn, card.Options, shape, groups: 1);
            nint weights = card.Kept.Upload(turn, w.AsMatrix()).Address;
            turn.Wait();
            for (int first = 0; first < shape.Images; first += run.ImagesPerChunk)
            {
                int start = first, images = Math.Min(run.ImagesPerChunk, shape.Images - first);
                copies += Clock.Once(() =>
                {
                    run.UploadImages(x, start, images);
                    turn.Wait();
                });
                columns += Clock.Once(() =>
                {
                    run.MakeColumns(images);
                    turn.Wait();
                });
                products += Clock.Once(() =>
                {
                    card.Device.Api.Blas.GemmBatch(
                        card.Device.Blas, transposeA: false, transposeB: false, run.P, run.GroupF, run.GroupR,
                        1f, run.Columns(0), run.P, shape.ColumnElements, weights, run.GroupR, 0, 0f, run.Maps(0), run.P, shape.MapElements, images);
                    turn.Wait();
                });
                copies += Clock.Once(() => run.DownloadMaps(y, start, images));
            }

            return (copies, columns, products);
        }
    }
}
