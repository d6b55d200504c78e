using RefNet.Benchmarks.Work;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.Gpu.Resident;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>The three products of convolution layers: with tensors on the card, and of that how long kernels and products take; and with tensors sent each time.</summary>
internal static class ConvolutionTable
{
    public static bool Write(CudaGemm card, CudaGemm cardWithTf32, CudaGemm cardWithManyColumns, GpuShapes shapes, PyTorchTimes pyTorch)
    {
        bool isRight = true;
        Clock.WriteHead(
            "Convolutions", "layer", "difference", "tensors on the card", "of it kernels", "products", "with columns of 1 GB", "with TF32", "tensors sent", "processor",
            "PyTorch on the card", "with TF32");
        foreach ((string of, int[] extents) in shapes.Convolutions)
        {
            Layer layer = new(extents);
            using OnCard resident = new(card, layer), manyColumns = new(cardWithManyColumns, layer), withTf32 = new(cardWithTf32, layer);
            IConvolution<float> processor = new SimdGemm<float>().Convolution(layer.Geometry, groups: 1);
            IConvolution<float> byColumns = new ProductsAlone().Convolution(layer.Geometry, groups: 1); // no Winograd, whose roundings are larger
            IConvolution<float> sent = ((IGemm<float>)card).Convolution(layer.Geometry, groups: 1);
            foreach (Pass pass in layer.Passes)
            {
                string name = $"{of} {pass.Name}, {string.Join(' ', extents)}";
                float[] expected = layer.Run(byColumns, pass);
                double difference = Clock.Difference(resident.Run(pass), expected);
                double tolerance = Clock.Tolerance(pass.Terms);
                bool agree = Clock.IsRight(name, difference, tolerance)
                    & Clock.IsRight($"{name}, columns of 1 GB", Clock.Difference(manyColumns.Run(pass), expected), tolerance)
                    & Clock.IsRight($"{name}, TF32", Clock.Difference(withTf32.Run(pass), expected), Clock.Tf32Tolerance)
                    & Clock.IsRight($"{name}, sent", Clock.Difference(layer.Run(sent, pass), expected), tolerance);
                isRight &= agree;

                double whole = Clock.Best(() => resident.Time(pass));
                (_, double? kernels, double? products, _) = Clock.Split(card, () => resident.Time(pass));
                Clock.WriteRow(
                    name, difference, whole, kernels, products, Clock.Best(() => manyColumns.Time(pass)), Clock.Best(() => withTf32.Time(pass)),
                    Clock.Best(() => pass.OnHost(sent, layer)), Clock.Best(() => pass.OnHost(processor, layer)),
                    pyTorch[$"{pass.Name} {string.Join(' ', extents)}"], pyTorch[$"tf32 {pass.Name} {string.Join(' ', extents)}"]);
            }
        }

        return isRight;
    }

    // One of the three products: what computes it, where its result goes, how many terms its sums have.
    private sealed record Pass(
        string Name, Action<IConvolution<float>, Layer> OnHost, Action<IResidentConvolution<float>, OnCard> OnDevice,
        Tensor<float> Result, Func<OnCard, DeviceTensor<float>> DeviceResult, long Terms);

    private sealed class Layer
    {
        public Layer(int[] extents)
        {
            (int n, int c, int f, int h, int k) = (extents[0], extents[1], extents[2], extents[3], extents[4]);
            Geometry = ConvolutionGeometry.Square(k, extents[5], extents[6]) with { Flip = false, Rounding = Rounding.Floor };
            ColumnShape shape = new(Geometry, n, c, h, h, f);
            X = Numbers.Tensor(1, 1, n, c, h, h);
            W = Numbers.Tensor(2, 1, f, c, k, k);
            DY = Numbers.Tensor(3, 1, n, f, shape.OutputRows, shape.OutputColumns);
            (Y, DX, DW) = (new Tensor<float>(DY.Shape), new Tensor<float>(X.Shape), new Tensor<float>(W.Shape));
            Passes =
            [
                new("forward", (on, t) => on.Forward(t.X, t.W, null, t.Y), (on, t) => on.Forward(t.X, t.W, null, t.Y), Y, t => t.Y, shape.Rows),
                new("weight", (on, t) => on.AddWeightGradient(t.X, t.DY, t.DW), (on, t) => on.AddWeightGradient(t.X, t.DY, t.DW), DW, t => t.DW, (long)n * shape.Positions),
                new("input", (on, t) => on.InputGradient(t.W, t.DY, t.DX), (on, t) => on.InputGradient(t.W, t.DY, t.DX), DX, t => t.DX, (long)f * k * k),
            ];
        }

        public ConvolutionGeometry Geometry { get; }

        public Tensor<float> X { get; }

        public Tensor<float> W { get; }

        public Tensor<float> Y { get; }

        public Tensor<float> DY { get; }

        public Tensor<float> DX { get; }

        public Tensor<float> DW { get; }

        public Pass[] Passes { get; }

        public float[] Run(IConvolution<float> convolution, Pass pass)
        {
            pass.Result.Span.Clear();
            pass.OnHost(convolution, this);
            return [.. pass.Result.Span];
        }
    }

    private sealed class OnCard : IDisposable
    {
        private readonly CudaResidentDevice<float> device;
        private readonly IResidentConvolution<float> convolution;
        private readonly DeviceTensor<float> one;
        private readonly Tensor<float> oneOnHost = new(new Shape(1));

        public OnCard(CudaGemm card, Layer layer)
        {
            device = new CudaResidentDevice<float>(card);
            convolution = device.Convolution(layer.Geometry, groups: 1);
            (X, W, DY) = (Upload(layer.X), Upload(layer.W), Upload(layer.DY));
            (Y, DX, DW) = (Upload(layer.Y), Upload(layer.DX), Upload(layer.DW));
            one = Upload(oneOnHost);
        }

        public DeviceTensor<float> X { get; }

        public DeviceTensor<float> W { get; }

        public DeviceTensor<float> Y { get; }

        public DeviceTensor<float> DY { get; }

        public DeviceTensor<float> DX { get; }

        public DeviceTensor<float> DW { get; }

        public float[] Run(Pass pass)
        {
            device.Clear(pass.DeviceResult(this));
            pass.OnDevice(convolution, this);
            Tensor<float> result = new(pass.Result.Shape);
            device.Download(pass.DeviceResult(this), result);
            return result.Span.ToArray();
        }

        public void Time(Pass pass)
        {
            pass.OnDevice(convolution, this);
            device.Download(one, oneOnHost); // waits
        }

        public void Dispose()
        {
            foreach (DeviceTensor<float> tensor in new[] { X, W, Y, DY, DX, DW, one })
                tensor.Dispose();
            device.Dispose();
        }

        private DeviceTensor<float> Upload(Tensor<float> tensor)
        {
            DeviceTensor<float> copy = device.Allocate(tensor.Shape);
            device.Upload(tensor, copy);
            return copy;
        }
    }

    // A backend without convolutions of its own: they become products of columns.
    private sealed class ProductsAlone : IGemm<float>
    {
        private readonly SimdGemm<float> products = new();

        public string Name => products.Name;

        public void Multiply(float alpha, Matrix<float> a, Matrix<float> b, float beta, Matrix<float> c) => products.Multiply(alpha, a, b, beta, c);
    }
}
