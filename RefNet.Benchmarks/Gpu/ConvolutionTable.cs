using RefNet.Backends;
using RefNet.Backends.Simd;
using RefNet.Gpu;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>The three products of convolution layers with tensors on the card, and the shares of kernels and products.</summary>
internal static class ConvolutionTable
{
    public static bool Write(CudaProbe probe, GpuShapes shapes, PyTorchTimes pyTorch)
    {
        using CudaBackend<float> card = probe.OpenBackend<float>(), withTf32 = probe.OpenBackend<float>(new CudaOptions { AllowTf32 = true });
        using CudaBackend<float>? withCudnn = WithCudnn(probe, tf32: false), withCudnnAndTf32 = WithCudnn(probe, tf32: true);
        bool isRight = true;
        Clock.WriteHead(
            "Convolutions", "layer", "difference", "card", "of it kernels", "products", "with TF32", "with cuDNN", "with cuDNN and TF32", "processor", "PyTorch on the card", "with TF32");
        foreach ((string of, int[] extents) in shapes.Convolutions)
        {
            ConvolutionPasses host = new(extents, BackendDefaults<float>.Backend), byColumns = new(extents, new SimdBackend<float>(new ProductsAlone())); // no Winograd, whose rounding errors are larger
            ConvolutionPasses onCard = new(extents, card), tf32 = new(extents, withTf32);
            ConvolutionPasses? cudnn = withCudnn is null ? null : new(extents, withCudnn), cudnnAndTf32 = withCudnnAndTf32 is null ? null : new(extents, withCudnnAndTf32);
            foreach ((int pass, string name) in ConvolutionPasses.Names.Index())
            {
                string row = $"{of} {name}, {string.Join(' ', extents)}";
                float[] expected = byColumns.Result(pass);
                double difference = Clock.Difference(onCard.Result(pass), expected), tolerance = Clock.Tolerance(host.Terms(pass));
                isRight &= Clock.IsRight(row, difference, tolerance)
                    & Clock.IsRight($"{row}, TF32", Clock.Difference(tf32.Result(pass), expected), Clock.Tf32Tolerance);
                bool hasCudnn = cudnn is not null && Clock.Try($"{row}, cuDNN", () =>
                    Clock.IsRight($"{row}, cuDNN", Clock.Difference(cudnn.Result(pass), expected), tolerance)
                    & Clock.IsRight($"{row}, cuDNN, TF32", Clock.Difference(cudnnAndTf32!.Result(pass), expected), Clock.Tf32Tolerance));
                isRight &= hasCudnn || cudnn is null;

                double whole = Best(() => onCard.Run(pass));
                (_, double? kernels, double? ofProducts, _) = Clock.Split(card.Device, () => onCard.Run(pass));
                Clock.WriteRow(
                    row, difference, whole, kernels, ofProducts, Best(() => tf32.Run(pass)),
                    hasCudnn ? Best(() => cudnn!.Run(pass)) : null, hasCudnn ? Best(() => cudnnAndTf32!.Run(pass)) : null, Best(() => host.Run(pass)),
                    pyTorch[$"{name} {string.Join(' ', extents)}"], pyTorch[$"tf32 {name} {string.Join(' ', extents)}"]);
            }
        }

        return isRight;
    }

    // There are many rows, and each of their runs is short.
    private static double Best(Action work) => Clock.Best(work, Clock.MostSeconds / 2);

    private static CudaBackend<float>? WithCudnn(CudaProbe probe, bool tf32) =>
        probe.Cudnn.IsFound ? probe.OpenBackend<float>(new CudaOptions { UseCudnn = true, AllowTf32 = tf32 }) : null;

    // Products without their own convolutions: a backend then uses columns.
    private sealed class ProductsAlone : IGemm<float>
    {
        private readonly SimdGemm<float> products = new();

        public string Name => products.Name;

        public void Multiply(float alpha, Matrix<float> a, Matrix<float> b, float beta, Matrix<float> c) => products.Multiply(alpha, a, b, beta, c);
    }
}
