using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

/// <summary>
/// The gradients of the definitions against central differences of the loss u · y, with random u: each says what its
/// operation does.
/// </summary>
[TestFixture]
public sealed class DefinitionGradientTests
{
    private static readonly ReferenceBackend<double> backend = new();
    private static readonly Shape maps = new(3, 4, 2, 3);

    [Test]
    public void L9_Softmax() => Check(Numbers(maps, 1), maps, backend.Softmax, (x, y, u, dX) => backend.SoftmaxGradient(y, u, dX));

    [Test]
    public void L10_SumNeighbours() => Check(Numbers(maps, 1), maps, (x, y) => backend.SumNeighbours(x, 2, 1, y), (x, y, u, dX) => backend.SumNeighbours(u, 1, 2, dX));

    [TestCaseSource(typeof(BackendTests<double>), nameof(BackendTests<double>.Kernels))]
    public void L9_Map(ElementKernel kernel)
    {
        KnownFunction<double> f = new(kernel);
        Check(Numbers(maps, 2), maps, (x, y) => backend.Map(f, x, y), (x, y, u, dX) => backend.MapGradient(f, x, y, u, dX));
    }

    [Test]
    public void L20_SquaredDistances()
    {
        Tensor<double> w = Numbers(new Shape(6, 4), 3);
        Check(Numbers(new Shape(3, 4), 4), new Shape(3, 6), (x, y) => backend.SquaredDistances(x, w, y), (x, y, u, dX) => backend.SquaredDistancesGradient(x, w, u, dX));
    }

    [Test]
    public void L7_MaxPooling()
    {
        IPooling<double> pooling = backend.MaxPooling(PoolingGeometry.Square(2, stride: 1, padding: 1));
        Check(Numbers(maps, 5), new Shape(3, 4, 3, 4), pooling.Forward, pooling.Backward);
    }

    [Test]
    public void X42_SoftmaxCrossEntropy()
    {
        Tensor<double> target = new(new Shape(2, 3, 1, 2), [1, 0, 0.25, 0.25, 0.5, 0, 0, 0, 0, 1, 2, 0.5]);
        Check(Numbers(target.Shape, 6), new Shape(1), (x, y) => y[0] = backend.SoftmaxCrossEntropy(x, target, 3.5, new Tensor<double>(x.Shape)), (x, y, u, dX) =>
        {
            backend.SoftmaxCrossEntropy(x, target, 3.5, dX);
            backend.Scale(dX, u[0]);
        });
    }

    /// <summary>With respect to x, γ and β.</summary>
    [Test]
    public void L11_BatchNormalization([Values] bool ofBatch)
    {
        Tensor<double> x = Numbers(maps, 7), gamma = Numbers(new Shape(4), 8), beta = Numbers(new Shape(4), 9);
        Tensor<double> mu = Numbers(new Shape(4), 10), sigma2 = new(new Shape(4), [0.1, 0.5, 1, 2]);
        Check(x, maps, (x, y) => Normalize(x, gamma, beta, y), (x, _, u, dX) => Gradient(x, u, null, null, dX));
        Check(gamma, maps, (gamma, y) => Normalize(x, gamma, beta, y), (_, _, u, dGamma) => Gradient(x, u, dGamma, null, null));
        Check(beta, maps, (beta, y) => Normalize(x, gamma, beta, y), (_, _, u, dBeta) => Gradient(x, u, null, dBeta, null));

        void Normalize(Tensor<double> x, Tensor<double> gamma, Tensor<double> beta, Tensor<double> y)
        {
            if (ofBatch)
                backend.NormalizeBatch(x, gamma, beta, 1e-3, mu, sigma2, y);
            else
                backend.Normalize(x, gamma, beta, 1e-3, mu, sigma2, y);
        }

        void Gradient(Tensor<double> x, Tensor<double> u, Tensor<double>? dGamma, Tensor<double>? dBeta, Tensor<double>? dX)
        {
            Normalize(x, gamma, beta, new Tensor<double>(maps)); // for μ and σ²
            if (ofBatch)
                backend.NormalizeBatchGradient(x, gamma, 1e-3, mu, sigma2, u, dGamma, dBeta, dX);
            else
                backend.NormalizeGradient(x, gamma, 1e-3, mu, sigma2, u, dGamma, dBeta, dX);
        }
    }

    // The quotient is off by h²/6 of the third derivative and by epsilon / h of the loss: about 1e-10, both.
    private static void Check(
        Tensor<double> x, Shape output, Action<Tensor<double>, Tensor<double>> forward,
        Action<Tensor<double>, Tensor<double>, Tensor<double>, Tensor<double>> backward)
    {
        const double h = 1e-5;
        Tensor<double> u = Numbers(output, 99), y = new(output), dX = new(x.Shape);
        forward(x, y);
        backward(x, y, u, dX);
        for (int i = 0; i < x.Count; i++)
        {
            double difference = (Loss(x.Values[i] + h) - Loss(x.Values[i] - h)) / (2 * h);
            Assert.That(dX.Values[i], Is.EqualTo(difference).Within(1e-7 * Math.Max(1, Math.Abs(difference))), $"the gradient of element {i} of {x.Shape}");

            double Loss(double value)
            {
                Tensor<double> moved = x.Clone(), movedY = new(output);
                moved.Span[i] = value;
                forward(moved, movedY);
                return u.Values.ToArray().Zip(movedY.Values.ToArray(), (p, q) => p * q).Sum();
            }
        }
    }

    // No two of them as close as h, and none as close to 0.
    private static Tensor<double> Numbers(Shape shape, int seed)
    {
        int[] places = [.. Enumerable.Range(1, shape.Count)];
        RefNet.Randomness.Seeds.Create(seed).Shuffle(places);
        return new Tensor<double>(shape, [.. places.Select(place => (place - 0.4 - shape.Count / 2.0) * 4 / shape.Count)]);
    }
}
