using System.Numerics;
using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Simd;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Tests.Backends;

/// <summary>What the fast managed backend promises beyond the suite that runs over all backends.</summary>
[TestFixture(typeof(float)), TestFixture(typeof(double)), NonParallelizable] // it sets how many threads there are
internal sealed class SimdBackendTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int threads = ParallelLoop.MaxThreads;

    [TearDown]
    public void RestoreThreads() => ParallelLoop.MaxThreads = threads;

    [Test]
    public void ItIsNamedAfterItsProducts()
    {
        Assert.That(new SimdBackend<T>().Name, Is.EqualTo("simd"));
        Assert.That(new SimdBackend<T>(new MathNetGemm<T>()).Name, Is.EqualTo("mathnet"));
    }

    [Test]
    public void ProductsOfTheCallersChoiceCarryItsConvolutions()
    {
        ConvolutionGeometry geometry = ConvolutionGeometry.Square(3, padding: 1);
        Tensor<T> x = RandomNumbers.Tensor<T>(new Shape(2, 3, 9, 8), 1), w = RandomNumbers.Tensor<T>(new Shape(4, 3, 3, 3), 2);
        Tensor<T> y = new(new Shape(2, 4, 9, 8)), expected = new(y.Shape);
        new SimdBackend<T>(new ReferenceGemm<T>()).Convolution(geometry, groups: 1).Forward(x, w, null, y);
        new ColumnConvolution<T>(geometry, 1, new ReferenceGemm<T>()).Forward(x, w, null, expected);
        TensorAssert.AreIdentical(expected, y, "Y = W X, by the products that were given");
    }

    [Test]
    public void WinogradCanBeTurnedOff()
    {
        ConvolutionGeometry geometry = ConvolutionGeometry.Square(3, padding: 1);
        Tensor<T> x = RandomNumbers.Tensor<T>(new Shape(1, 128, 56, 56), 1), w = RandomNumbers.Tensor<T>(new Shape(128, 128, 3, 3), 2);
        Tensor<T> y = new(x.Shape), byDefault = new(x.Shape);
        new SimdBackend<T>(new SimdGemm<T> { UseWinograd = false }).Convolution(geometry, groups: 1).Forward(x, w, null, y);
        new SimdBackend<T>().Convolution(geometry, groups: 1).Forward(x, w, null, byDefault);
        Assert.That(byDefault.Values.SequenceEqual(y.Values), Is.False, "by default Winograd's algorithm computes this, and rounds differently");
    }

    /// <summary>So many equal numbers that their sum, added one after another, is far off.</summary>
    [TestCase(0.1, 100_000), TestCase(-1e30, 30_000), TestCase(1e-38, 7), TestCase(1.0 / 3, 3_000_000)]
    public void AChannelOfEqualNumbersHasThatMean(double number, int samples)
    {
        Tensor<T> x = new(new Shape(samples, 2));
        x.Span.Fill(T.CreateChecked(number));
        Assert.That(Channel.Moments(x, 1), Is.EqualTo((T.CreateChecked(number), T.Zero)));
    }

    /// <summary>Noise from -1 to 1 on a large offset: the mean may be off by 1/1024 of σ, or by a step of T at the offset.</summary>
    [TestCase(1e2), TestCase(1e4), TestCase(1e6)]
    public void AnOffsetCostsAStepOfTheNumbers(double offset)
    {
        Tensor<T> noise = RandomNumbers.Tensor<T>(new Shape(16, 1, 8, 8), 1), x = new(noise.Shape, [.. noise.Values.ToArray().Select(value => value + T.CreateChecked(offset))]);
        double[] exact = [.. x.Values.ToArray().Select(double.CreateChecked)];
        double mean = exact.Average(), variance = exact.Average(value => (value - mean) * (value - mean)), step = double.CreateChecked(T.BitIncrement(T.CreateChecked(offset))) - offset;
        (T mu, T sigma2) = Channel.Moments(x, 0);
        Assert.That(double.CreateChecked(mu), Is.EqualTo(mean).Within(Math.Sqrt(variance) / 1024 + step));
        Assert.That(double.CreateChecked(sigma2), Is.EqualTo(variance).Within(variance * 1e-4 + step * step));
    }

    [Test]
    public void AWarmCallAllocatesNothing([Values(1, 2)] int threads)
    {
        ParallelLoop.MaxThreads = threads;
        Calls calls = new();
        foreach ((string name, Action call) in calls.All)
        {
            long allocated = long.MaxValue;
            for (int i = 0; i < 500 && allocated > 0; i++) // what a thread allocates when it first takes part shows in a few
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                call();
                allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            }

            Assert.That(allocated, Is.Zero, name);
        }
    }

    // A call of each operation, on operands of its own.
    private sealed class Calls
    {
        private readonly SimdBackend<T> backend = new();
        private readonly Tensor<T> x = RandomNumbers.Tensor<T>(new Shape(6, 4, 20, 20), 1), y = new(new Shape(6, 4, 20, 20)), small = new(new Shape(6, 4, 10, 10));
        private readonly Tensor<T> a = RandomNumbers.Tensor<T>(new Shape(6, 4), 2), b = RandomNumbers.Tensor<T>(new Shape(4), 3), c = new(new Shape(4)), d = new(new Shape(4));
        private readonly Tensor<T> logits = RandomNumbers.Tensor<T>(new Shape(6, 10), 4), target = new(new Shape(6, 10)), gradient = new(new Shape(6, 10));
        private readonly Tensor<T> centres = RandomNumbers.Tensor<T>(new Shape(10, 4), 5), products = new(new Shape(6, 6));

        public IEnumerable<(string Name, Action Call)> All
        {
            get
            {
                T one = T.One, tenth = T.CreateChecked(0.1);
                IConvolution<T> convolution = backend.Convolution(ConvolutionGeometry.Square(3, padding: 1), groups: 1);
                Tensor<T> w = RandomNumbers.Tensor<T>(new Shape(4, 4, 3, 3), 6);
                yield return ("Fill", () => backend.Fill(y, one));
                yield return ("Copy", () => backend.Copy(x, y));
                yield return ("Add", () => backend.Add(x, y, y));
                yield return ("Multiply", () => backend.Multiply(x, y, y));
                yield return ("Scale", () => backend.Scale(y, tenth));
                yield return ("CopyChannels", () => backend.CopyChannels(x, 1, y, 2, 2));
                yield return ("Product", () => backend.Product(a, a.Transposed, products));
                yield return ("AddProduct", () => backend.AddProduct(a, a.Transposed, products));
                yield return ("AddBias", () => backend.AddBias(b, y));
                yield return ("AddBias of rows", () => backend.AddBias(b, a));
                yield return ("AddBiasGradient", () => backend.AddBiasGradient(x, c));
                yield return ("AddBiasGradient of rows", () => backend.AddBiasGradient(a, c));
                yield return ("ScaleChannels", () => backend.ScaleChannels(x, b, y));
                yield return ("ScaleChannels of samples", () => backend.ScaleChannels(x, a, y));
                yield return ("AddScaleGradient", () => backend.AddScaleGradient(x, x, c));
                yield return ("AddScaleGradient of samples", () => backend.AddScaleGradient(x, x, a));
                yield return ("convolution", () => convolution.Forward(x, w, b, y));
                yield return ("its weight gradient", () => convolution.AddWeightGradient(x, y, w));
                yield return ("its input gradient", () => convolution.InputGradient(w, x, y));
                foreach ((string name, IPooling<T> pooling) in Poolings())
                {
                    yield return (name, () => pooling.Forward(x, small));
                    yield return (name + " backward", () => pooling.Backward(x, small, small, y));
                }

                foreach (ElementFunction function in Enum.GetValues<ElementFunction>())
                {
                    IElementFunction<T> f = new Square(new ElementKernel(function, 0.5));
                    yield return ($"Map, {function}", () => backend.Map(f, x, y));
                    yield return ($"MapGradient, {function}", () => backend.MapGradient(f, x, x, x, y));
                }

                yield return ("Softmax", () => backend.Softmax(x, y));
                yield return ("SoftmaxGradient", () => backend.SoftmaxGradient(x, x, y));
                yield return ("SquaredDistances", () => backend.SquaredDistances(a, centres, gradient));
                yield return ("SquaredDistancesGradient", () => backend.SquaredDistancesGradient(a, centres, logits, a));
                yield return ("NormalizeBatch", () => backend.NormalizeBatch(x, b, b, tenth, c, d, y));
                yield return ("Normalize", () => backend.Normalize(x, b, b, tenth, c, d, y));
                yield return ("NormalizeBatchGradient", () => backend.NormalizeBatchGradient(x, b, tenth, c, d, x, b, b, y));
                yield return ("NormalizeGradient", () => backend.NormalizeGradient(x, b, tenth, c, d, x, null, null, y));
                yield return ("Average", () => backend.Average(c, tenth, one, d));
                yield return ("DrawMask", () => backend.DrawMask(y, 0.5, one, (1, 2)));
                yield return ("SoftmaxCrossEntropy", () => backend.SoftmaxCrossEntropy(logits, target, one, gradient));
                yield return ("CountErrors", () => backend.CountErrors(logits, target, smallestWins: false));
                yield return ("DescentStep", () => backend.DescentStep(y, x, tenth, tenth));
                yield return ("MomentumStep", () => backend.MomentumStep(y, x, x, tenth, tenth, tenth));
                yield return ("NesterovStep", () => backend.NesterovStep(y, x, x, tenth, tenth, tenth));
                yield return ("AdamStep", () => backend.AdamStep(y, x, x, x, new(tenth, tenth, tenth, tenth, tenth), tenth));
            }
        }

        private IEnumerable<(string, IPooling<T>)> Poolings() =>
        [
            ("MaxPooling", backend.MaxPooling(PoolingGeometry.Square(2))),
            ("SumPooling", backend.SumPooling(PoolingGeometry.Square(2))),
            ("AveragePooling", backend.AveragePooling(PoolingGeometry.Square(3, stride: 2, padding: 1) with { Rounding = Rounding.Floor }, countPadding: false)),
        ];

        private sealed class Square(ElementKernel kernel) : IElementFunction<T>
        {
            public ElementKernel Kernel => kernel;

            public T Value(T x) => x * x;

            public T Slope(T x, T y) => x + x;
        }
    }
}

[TestFixture]
public sealed class SimdBackendOfOtherNumbersTests
{
    [Test]
    public void OnlyFloatAndDoubleAreTaken()
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => new SimdBackend<Half>())!;
        Assert.That(error.Message, Does.Contain("not Half").And.Contain("reference"));
    }
}
