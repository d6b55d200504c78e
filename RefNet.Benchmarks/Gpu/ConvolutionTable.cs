using RefNet.Backends;
using RefNet.Backends.Simd;
using RefNet.Benchmarks.Work;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>The three products of convolution layers with tensors on the card, and the shares of kernels and products.</summary>
internal static class ConvolutionTable
{
    public static bool Write(CudaProbe probe, GpuShapes shapes, PyTorchTimes pyTorch)
    {
        using CudaBackend<float> card = probe.OpenBackend<float>(), withTf32 = probe.OpenBackend<float>(new CudaOptions { AllowTf32 = true });
        using CudaBackend<float> withManyColumns = probe.OpenBackend<float>(new CudaOptions { ColumnBytes = 1L << 28 });
        using CudaBackend<float>? withCudnn = WithCudnn(probe, tf32: false), withCudnnAndTf32 = WithCudnn(probe, tf32: true);
        bool isRight = true;
        Clock.WriteHead(
            "Convolutions", "layer", "difference", "card", "of it kernels", "products", "with columns of 256 MiB", "with TF32", "with cuDNN", "with cuDNN and TF32", "processor", "PyTorch on the card", "with TF32");
        foreach ((string of, int[] extents) in shapes.Convolutions)
        {
            Layer host = new(extents, BackendDefaults<float>.Backend), byColumns = new(extents, new SimdBackend<float>(new ProductsAlone())); // no Winograd, whose rounding errors are larger
            Layer onCard = new(extents, card), manyColumns = new(extents, withManyColumns), tf32 = new(extents, withTf32);
            Layer? cudnn = withCudnn is null ? null : new(extents, withCudnn), cudnnAndTf32 = withCudnnAndTf32 is null ? null : new(extents, withCudnnAndTf32);
            foreach ((int pass, string name) in new[] { (0, "forward"), (1, "weight"), (2, "input") })
            {
                string row = $"{of} {name}, {string.Join(' ', extents)}";
                float[] expected = byColumns.Result(pass);
                double difference = Clock.Difference(onCard.Result(pass), expected), tolerance = Clock.Tolerance(host.Terms(pass));
                isRight &= Clock.IsRight(row, difference, tolerance)
                    & Clock.IsRight($"{row}, columns of 256 MiB", Clock.Difference(manyColumns.Result(pass), expected), tolerance)
                    & Clock.IsRight($"{row}, TF32", Clock.Difference(tf32.Result(pass), expected), Clock.Tf32Tolerance);
                bool hasCudnn = cudnn is not null && Clock.Try($"{row}, cuDNN", () =>
                    Clock.IsRight($"{row}, cuDNN", Clock.Difference(cudnn.Result(pass), expected), tolerance)
                    & Clock.IsRight($"{row}, cuDNN, TF32", Clock.Difference(cudnnAndTf32!.Result(pass), expected), Clock.Tf32Tolerance));
                isRight &= hasCudnn || cudnn is null;

                double whole = Clock.Best(() => onCard.Run(pass));
                (_, double? kernels, double? ofProducts, _) = Clock.Split(card.Device, () => onCard.Run(pass));
                Clock.WriteRow(
                    row, difference, whole, kernels, ofProducts, Clock.Best(() => manyColumns.Run(pass)), Clock.Best(() => tf32.Run(pass)),
                    hasCudnn ? Clock.Best(() => cudnn!.Run(pass)) : null, hasCudnn ? Clock.Best(() => cudnnAndTf32!.Run(pass)) : null, Clock.Best(() => host.Run(pass)),
                    pyTorch[$"{name} {string.Join(' ', extents)}"], pyTorch[$"tf32 {name} {string.Join(' ', extents)}"]);
            }
        }

        return isRight;
    }

    private static CudaBackend<float>? WithCudnn(CudaProbe probe, bool tf32) =>
        probe.Cudnn.IsFound ? probe.OpenBackend<float>(new CudaOptions { UseCudnn = true, AllowTf32 = tf32 }) : null;

    // The tensors of a layer and its convolution: pass 0 is Y = W X, 1 is dW += dY Xᵀ, 2 is dX = Wᵀ dY.
    private sealed class Layer
    {
        private readonly IBackend<float> backend;
        private readonly IConvolution<float> convolution;
        private readonly Tensor<float> x, w, dY, y, dX, dW;

        public Layer(int[] extents, IBackend<float> backend)
        {
            (int n, int c, int f, int h, int k) = (extents[0], extents[1], extents[2], extents[3], extents[4]);
            ConvolutionGeometry geometry = ConvolutionGeometry.Square(k, extents[5], extents[6]) with { Flip = false, Rounding = Rounding.Floor };
            (int rows, int columns) = geometry.Output(h, h);
            this.backend = backend;
            convolution = backend.Convolution(geometry, groups: 1);
            x = Numbers.Tensor(1, 1, n, c, h, h);
            w = Numbers.Tensor(2, 1, f, c, k, k);
            dY = Numbers.Tensor(3, 1, n, f, rows, columns);
            (y, dX, dW) = (new Tensor<float>(dY.Shape), new Tensor<float>(x.Shape), new Tensor<float>(w.Shape));
        }

        /// <summary>The number of products in each sum of a pass.</summary>
        public long Terms(int pass) => pass == 0 ? w.Sample(0).Length : pass == 1 ? dY.Count / dY.Shape[1] : w.Count / w.Shape[1];

        public float[] Result(int pass)
        {
            backend.Fill(dW, 0);
            Run(pass);
            return (pass == 0 ? y : pass == 1 ? dW : dX).Values.ToArray();
        }

        public void Run(int pass)
        {
            if (pass == 0)
                convolution.Forward(x, w, null, y);
            else if (pass == 1)
                convolution.AddWeightGradient(x, dY, dW);
            else
                convolution.InputGradient(w, dY, dX);
            (backend as CudaBackend<float>)?.Wait();
        }
    }

    // Products without their own convolutions: a backend then uses columns.
    private sealed class ProductsAlone : IGemm<float>
    {
        private readonly SimdGemm<float> products = new();

        public string Name => products.Name;

        public void Multiply(float alpha, Matrix<float> a, Matrix<float> b, float beta, Matrix<float> c) => products.Multiply(alpha, a, b, beta, c);
    }
}
