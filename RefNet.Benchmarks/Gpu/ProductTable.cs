using RefNet.Benchmarks.Work;
using RefNet.Gpu;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>C = A B, with both operands sent to the card each time, and with both kept there.</summary>
internal static class ProductTable
{
    public static bool Write(CudaGemm card, GpuShapes shapes, PyTorchTimes pyTorch)
    {
        SimdGemm<float> processor = new();
        bool isRight = true;
        Clock.WriteHead("Products", "M x N x K", "difference", "card, operands sent", "card, operands kept", "processor", "PyTorch, copied there and back", "PyTorch, all on the card");
        foreach (int[] shape in shapes.Products)
        {
            (int m, int n, int k) = (shape[0], shape[1], shape[2]);
            (Tensor<float> a, Tensor<float> b) = (Numbers.Tensor(1, 1, m, k), Numbers.Tensor(2, 1, k, n));
            (Tensor<float> c, Tensor<float> expected) = (new(new Shape(m, n)), new(new Shape(m, n)));
            string name = $"{m} x {n} x {k}";
            card.Multiply(1, a.AsMatrix(), b.AsMatrix(), 0, c.AsMatrix());
            processor.Multiply(a.AsMatrix(), b.AsMatrix(), expected.AsMatrix());
            double difference = Clock.Difference(c.Span, expected.Span);
            isRight &= Clock.IsRight(name, difference, Clock.Tolerance(k));

            double sent = Clock.Best(() =>
            {
                a.Span[^1]++; // the last element: the comparison with what is kept reads all of it
                b.Span[^1]++;
                card.Multiply(1, a.AsMatrix(), b.AsMatrix(), 0, c.AsMatrix());
            });
            Clock.WriteRow(
                name, difference, sent,
                Clock.Best(() => card.Multiply(1, a.AsMatrix(), b.AsMatrix(), 0, c.AsMatrix())),
                Clock.Best(() => processor.Multiply(a.AsMatrix(), b.AsMatrix(), expected.AsMatrix())),
                pyTorch[$"product copied {m} {n} {k}"], pyTorch[$"product {m} {n} {k}"]);
        }

        return isRight;
    }
}
