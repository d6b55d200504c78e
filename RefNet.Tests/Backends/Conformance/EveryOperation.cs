using System.Numerics;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

/// <summary>What each operation of a backend gives on the same operands, large enough for several threads.</summary>
internal static class EveryOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Shape maps = new(5, 12, 34, 38), vectors = new(70, 120);

    public static IEnumerable<(string Operation, T[] Numbers)> Results(IBackend<T> backend)
    {
        T half = T.CreateChecked(0.5), small = T.CreateChecked(0.01);
        Call<T> call = new(seed: 1);
        Tensor<T> x = call.Sum(maps), dY = call.Sum(maps), a = call.Sum(vectors), b = call.Sum(new Shape(90, 120));
        Tensor<T> perChannel = call.Sum(new Shape(12)), perSample = call.Sum(new Shape(5, 12));
        Tensor<T> sigma2 = call.Operand("σ²", perChannel.Shape, random => random.NextDouble());

        yield return Of("Add", maps, y => backend.Add(x, dY, y));
        yield return Of("Multiply", maps, y => backend.Multiply(x, dY, y));
        yield return Of("Scale", x, y => backend.Scale(y, half));
        yield return Of("Average", perChannel, y => backend.Average(y, half, small, sigma2));
        yield return Of("CopyChannels", x, y => backend.CopyChannels(dY, 3, y, 5, 7));
        yield return Of("Product", new Shape(70, 90), y => backend.Product(a, b.Transposed, y));
        yield return Of("AddProduct", a, y => backend.AddProduct(Product(backend, a, b), b, y));
        yield return Of("AddBias", x, y => backend.AddBias(perChannel, y));
        yield return Of("AddBiasGradient", perChannel, y => backend.AddBiasGradient(dY, y));
        yield return Of("AddBiasGradient of vectors", new Tensor<T>(new Shape(120)), y => backend.AddBiasGradient(a, y));
        yield return Of("ScaleChannels", maps, y => backend.ScaleChannels(x, perSample, y));
        yield return Of("AddScaleGradient", perChannel, y => backend.AddScaleGradient(dY, x, y));
        yield return Of("AddScaleGradient, per sample", perSample, y => backend.AddScaleGradient(dY, x, y));
        yield return Of("SumNeighbours", maps, y => backend.SumNeighbours(x, 2, 1, y));
        foreach ((string Operation, T[] Numbers) result in Windows(backend, call, x))
            yield return result;

        yield return Of("Softmax", maps, y => backend.Softmax(x, y));
        yield return Of("SoftmaxGradient", maps, y => backend.SoftmaxGradient(x, dY, y));
        yield return Of("SquaredDistances", new Shape(70, 90), y => backend.SquaredDistances(a, b, y));
        yield return Of("SquaredDistancesGradient", vectors, y => backend.SquaredDistancesGradient(a, b, Product(backend, a, b), y));
        yield return Of("NormalizeBatch", maps, y => backend.NormalizeBatch(x, perChannel, perChannel, small, new(perChannel.Shape), new(perChannel.Shape), y));
        yield return Of("Normalize", maps, y => backend.Normalize(x, perChannel, perChannel, small, perChannel, sigma2, y));
        yield return Of("NormalizeBatchGradient", maps, y => backend.NormalizeBatchGradient(x, perChannel, small, perChannel, sigma2, dY, null, null, y));
        yield return Of("NormalizeBatchGradient, dγ", perChannel, y => backend.NormalizeBatchGradient(x, perChannel.Clone(), small, perChannel.Clone(), sigma2, dY, y, null, null));
        yield return Of("NormalizeGradient", maps, y => backend.NormalizeGradient(x, perChannel, small, perChannel, sigma2, dY, null, null, y));
        yield return Of("DrawMask", maps, y => backend.DrawMask(y, 0.25, half, (3, 4)));
        yield return Of("SoftmaxCrossEntropy", vectors, y => backend.SoftmaxCrossEntropy(a, a, half, y));
        yield return Of("SoftmaxCrossEntropy, the loss", new Shape(1), y => y[0] = backend.SoftmaxCrossEntropy(a, a, half, new Tensor<T>(vectors)));
        yield return Of("DescentStep", x, y => backend.DescentStep(y, dY, half, small));
        yield return Of("MomentumStep", x, y => backend.MomentumStep(y, dY, dY.Clone(), half, half, small));
        yield return Of("NesterovStep", x, y => backend.NesterovStep(y, dY, dY.Clone(), half, half, small));
        yield return Of("AdamStep", maps, y => { backend.Fill(y, half); backend.AdamStep(y, dY, x.Clone(), y.Clone(), new(half, half, half, half, small), small); });
        foreach (ElementKernel kernel in BackendTests<T>.Kernels)
        {
            yield return Of($"Map of {kernel.Function}", maps, y => backend.Map(new KnownFunction<T>(kernel), x, y));
            yield return Of($"MapGradient of {kernel.Function}", maps, y => backend.MapGradient(new KnownFunction<T>(kernel), x, x, dY, y));
        }
    }

    private static IEnumerable<(string, T[])> Windows(IBackend<T> backend, Call<T> call, Tensor<T> x)
    {
        (ConvolutionGeometry, int)[] convolutions =
        [
            (ConvolutionGeometry.Square(3, padding: 1), 1),
            (ConvolutionGeometry.Square(5) with { Flip = false }, 3),
            (ConvolutionGeometry.Square(2, stride: 2), 12),
        ];
        foreach ((ConvolutionGeometry geometry, int groups) in convolutions)
        {
            Shape output = geometry.Output(maps.Sample, 12).Batch(5);
            Tensor<T> w = call.Sum(new Shape(12, 12 / groups, geometry.Rows.Size, geometry.Columns.Size)), dY = call.Sum(output);
            IConvolution<T> convolution = backend.Convolution(geometry, groups);
            string name = $"Convolution in {groups} groups";
            yield return Of(name, output, y => convolution.Forward(x, w, null, y));
            yield return Of($"{name}, dW", w, y => convolution.AddWeightGradient(x, dY, y));
            yield return Of($"{name}, dX", maps, y => convolution.InputGradient(w, dY, y));
        }

        PoolingGeometry pairs = PoolingGeometry.Square(2), overlapping = PoolingGeometry.Square(3, stride: 2, padding: 1) with { Rounding = Rounding.Ceiling };
        foreach (PoolingGeometry geometry in new[] { pairs, overlapping })
        {
            Shape output = geometry.Output(maps.Sample, 12).Batch(5);
            Tensor<T> dY = call.Sum(output), y = new(output);
            foreach ((string name, IPooling<T> pooling) in new[]
            {
                ("MaxPooling", backend.MaxPooling(geometry)),
                ("AveragePooling", backend.AveragePooling(geometry, countPadding: false)),
                ("SumPooling", backend.SumPooling(geometry)),
            })
            {
                yield return Of(name, output, result => pooling.Forward(x, result));
                pooling.Forward(x, y);
                yield return Of($"{name}, dX", maps, result => pooling.Backward(x, y, dY, result));
            }
        }
    }

    private static Tensor<T> Product(IBackend<T> backend, Tensor<T> a, Tensor<T> b)
    {
        Tensor<T> product = new(new Shape(70, 90));
        backend.Product(a, b.Transposed, product);
        return product;
    }

    private static (string, T[]) Of(string operation, Shape shape, Action<Tensor<T>> write) =>
        Of(operation, Call<T>.Result(shape), write);

    // Changes a copy.
    private static (string, T[]) Of(string operation, Tensor<T> before, Action<Tensor<T>> change)
    {
        Tensor<T> result = before.Clone();
        change(result);
        return (operation, result.Values.ToArray());
    }
}
