using RefNet.Backends.Simd;
using RefNet.Benchmarks.Work;
using RefNet.Gpu;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>C = A B, with both operands sent to the card each time, as Math.NET does, and with both already there.</summary>
internal static class ProductTable
{
    public static bool Write(CudaProbe probe, GpuShapes shapes, PyTorchTimes pyTorch)
    {
        using CudaGemm sent = probe.Open(new CudaOptions { SmallestProduct = 0 });
        using CudaBackend<float> card = probe.OpenBackend<float>();
        SimdGemm<float> processor = new();
        bool isRight = true;
        Clock.WriteHead("Products", "M x N x K", "difference", "card, operands sent", "card, operands there", "processor", "PyTorch, copied there and back", "PyTorch, all on the card");
        foreach (int[] shape in shapes.Products)
        {
            (int m, int n, int k) = (shape[0], shape[1], shape[2]);
            (Tensor<float> a, Tensor<float> b) = (Numbers.Tensor(1, 1, m, k), Numbers.Tensor(2, 1, k, n));
            (Tensor<float> c, Tensor<float> expected) = (new(new Shape(m, n)), new(new Shape(m, n)));
            string name = $"{m} x {n} x {k}";
            processor.Multiply(a.AsMatrix(), b.AsMatrix(), expected.AsMatrix());
            sent.Multiply(1, a.AsMatrix(), b.AsMatrix(), 0, c.AsMatrix());
            double difference = Clock.Difference(c.Values, expected.Values), tolerance = Clock.Tolerance(k);
            double ofSent = Clock.Best(() => sent.Multiply(1, a.AsMatrix(), b.AsMatrix(), 0, c.AsMatrix()));
            card.Product(a, b, c);
            isRight &= Clock.IsRight($"{name}, sent", difference, tolerance) & Clock.IsRight(name, difference = Clock.Difference(c.Values, expected.Values), tolerance);
            Clock.WriteRow(
                name, difference, ofSent,
                Clock.Best(() =>
                {
                    card.Product(a, b, c);
                    card.Wait();
                }),
                Clock.Best(() => processor.Multiply(a.AsMatrix(), b.AsMatrix(), expected.AsMatrix())),
                pyTorch[$"product copied {m} {n} {k}"], pyTorch[$"product {m} {n} {k}"]);
        }

        return isRight;
    }
}
