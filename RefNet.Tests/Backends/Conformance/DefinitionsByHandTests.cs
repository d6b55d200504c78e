using NUnit.Framework;
using RefNet.Backends.Reference;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

/// <summary>The other definitions, on numbers that can be checked by hand.</summary>
[TestFixture]
public sealed class DefinitionsByHandTests
{
    private static readonly ReferenceBackend<double> backend = new();

    [Test]
    public void ProductsWithAndWithoutTransposes()
    {
        // 1 2 3     1 2     1 + 6 + 15  2 + 8 + 18
        // 4 5 6  *  3 4  =  4 + 15 + 30 8 + 20 + 36
        //           5 6
        Tensor<double> a = Matrix(2, 3, 1, 2, 3, 4, 5, 6), b = Matrix(3, 2, 1, 2, 3, 4, 5, 6), aT = Matrix(3, 2, 1, 4, 2, 5, 3, 6), bT = Matrix(2, 3, 1, 3, 5, 2, 4, 6);
        (Factor<double>, Factor<double>)[] factors = [(a, b), (aT.Transposed, b), (a, bT.Transposed), (aT.Transposed, bT.Transposed)];
        foreach ((Factor<double> first, Factor<double> second) in factors)
        {
            Tensor<double> c = Matrix(2, 2, 1, 1, 1, 1);
            backend.AddProduct(first, second, c);
            Assert.That(c.Values.ToArray(), Is.EqualTo(new double[] { 23, 29, 50, 65 }));
            backend.Product(first, second, c);
            Assert.That(c.Values.ToArray(), Is.EqualTo(new double[] { 22, 28, 49, 64 }));
        }
    }

    [Test]
    public void BiasesAndFactorsOfChannels()
    {
        Tensor<double> y = new(new Shape(2, 2, 1, 2), [1, 2, 3, 4, 5, 6, 7, 8]), b = Matrix(1, 2, 10, 20).Reshape(new Shape(2)), db = new(new Shape(2), [100, 200]);
        backend.AddBiasGradient(y, db);
        Assert.That(db.Values.ToArray(), Is.EqualTo(new double[] { 100 + 1 + 2 + 5 + 6, 200 + 3 + 4 + 7 + 8 }));
        backend.AddBias(b, y);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 11, 12, 23, 24, 15, 16, 27, 28 }));

        Tensor<double> x = new(new Shape(2, 2, 1, 2), [1, 2, 3, 4, 5, 6, 7, 8]), w = new(new Shape(2), [2, 3]), scaled = new(x.Shape), dw = new(new Shape(2), [100, 200]);
        backend.ScaleChannels(x, w, scaled);
        Assert.That(scaled.Values.ToArray(), Is.EqualTo(new double[] { 2, 4, 9, 12, 10, 12, 21, 24 }));
        backend.AddScaleGradient(x, x, dw);
        Assert.That(dw.Values.ToArray(), Is.EqualTo(new double[] { 100 + 1 + 4 + 25 + 36, 200 + 9 + 16 + 49 + 64 }));

        Tensor<double> gate = Matrix(2, 2, 1, 10, 100, 1000), dGate = new(gate.Shape);
        backend.ScaleChannels(x, gate, scaled);
        Assert.That(scaled.Values.ToArray(), Is.EqualTo(new double[] { 1, 2, 30, 40, 500, 600, 7000, 8000 }));
        backend.AddScaleGradient(x, x, dGate);
        Assert.That(dGate.Values.ToArray(), Is.EqualTo(new double[] { 5, 25, 61, 113 }));
    }

    // Two pixels of four channels; one channel in front and two behind count.
    [Test]
    public void L10_SumsOverNeighbouringChannels()
    {
        Tensor<double> x = new(new Shape(1, 4, 1, 2), [1, 10, 2, 20, 3, 30, 4, 40]), y = new(x.Shape);
        backend.SumNeighbours(x, before: 1, after: 2, y);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 6, 60, 10, 100, 9, 90, 7, 70 }));
    }

    [Test]
    public void L9_Softmax()
    {
        // Two classes at two positions: odds of 1 to 3, then 1 to 1.
        Tensor<double> x = new(new Shape(1, 2, 1, 2), [0, 5, Math.Log(3), 5]), y = new(x.Shape), dX = new(x.Shape);
        backend.Softmax(x, y);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new[] { 0.25, 0.5, 0.75, 0.5 }).Within(1e-15));
        // s = 1/4 * 4 and 1/2 * 2: dx = y (dy - s)
        backend.SoftmaxGradient(y, new Tensor<double>(x.Shape, [4, 2, 0, 0]), dX);
        Assert.That(dX.Values.ToArray(), Is.EqualTo(new[] { 0.75, 0.5, -0.75, -0.5 }).Within(1e-15));
    }

    [Test]
    public void X42_SoftmaxCrossEntropy()
    {
        // Probabilities 1/4, 3/4 with the right class first, and 1/2, 1/2 with a target of 1/2 each.
        Tensor<double> y = Matrix(2, 2, 0, Math.Log(3), 7, 7), dY = new(y.Shape);
        double loss = backend.SoftmaxCrossEntropy(y, Matrix(2, 2, 1, 0, 0.5, 0.5), total: 2, dY);
        Assert.That(loss, Is.EqualTo((Math.Log(4) + Math.Log(2)) / 2).Within(1e-15));
        Assert.That(dY.Values.ToArray(), Is.EqualTo(new[] { -0.375, 0.375, 0, 0 }).Within(1e-15));
    }

    [Test]
    public void L20_SquaredDistances()
    {
        Tensor<double> x = Matrix(1, 2, 1, 2), w = Matrix(3, 2, 1, 2, 4, 6, 0, 0), y = new(new Shape(1, 3)), dX = new(x.Shape);
        backend.SquaredDistances(x, w, y);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 0, 9 + 16, 1 + 4 }));
        backend.SquaredDistancesGradient(x, w, Matrix(1, 3, 7, 1, 10), dX);
        Assert.That(dX.Values.ToArray(), Is.EqualTo(new double[] { -6 + 20, -8 + 40 }));
    }

    [Test]
    public void L11_BatchNormalization()
    {
        // 1, 3, 5, 7: mean 4, variance (9 + 1 + 1 + 9) / 4 = 5; with ε = 4, σ = 3 and x̂ = -1, -1/3, 1/3, 1.
        Tensor<double> x = new(new Shape(2, 1, 1, 2), [1, 3, 5, 7]), gamma = One(6), mu = One(0), sigma2 = One(0), y = new(x.Shape), dX = new(x.Shape);
        backend.NormalizeBatch(x, gamma, One(10), 4, mu, sigma2, y);
        Assert.That((mu[0], sigma2[0]), Is.EqualTo((4.0, 5.0)));
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 4, 8, 12, 16 }).Within(1e-14));

        // dy = 1, 0, 0, 0: dβ = 1, dγ = -1, dx = (6/3) (dy - 1/4 + x̂/4); and dx = (6/3) dy for constant μ and σ².
        Tensor<double> dY = new(x.Shape, [1, 0, 0, 0]), dGamma = One(100), dBeta = One(200);
        backend.NormalizeBatchGradient(x, gamma, 4, mu, sigma2, dY, dGamma, dBeta, dX);
        Assert.That((dGamma[0], dBeta[0]), Is.EqualTo((99.0, 201.0)));
        Assert.That(dX.Values.ToArray(), Is.EqualTo(new[] { 1, -2.0 / 3, -1.0 / 3, 0 }).Within(1e-14));
        backend.NormalizeGradient(x, gamma, 4, mu, sigma2, dY, dGamma, dBeta, dX);
        Assert.That((dGamma[0], dBeta[0]), Is.EqualTo((98.0, 202.0)));
        Assert.That(dX.Values.ToArray(), Is.EqualTo(new double[] { 2, 0, 0, 0 }));
    }

    [Test]
    public void T2_StepsOfOptimizers()
    {
        // g + 2 λ θ = 3 + 0.5 * 8 = 7
        Tensor<double> theta = One(8), v = One(2);
        backend.DescentStep(theta, One(3), 0.5, 0.5);
        Assert.That(theta[0], Is.EqualTo(8 - 3.5));
        theta = One(8);
        backend.MomentumStep(theta, One(3), v, 0.5, 0.5, 0.5);
        Assert.That((v[0], theta[0]), Is.EqualTo((1 + 7.0, 8 - 4.0)));
        theta = One(8);
        v = One(2);
        backend.NesterovStep(theta, One(3), v, 0.5, 0.5, 0.5);
        Assert.That((v[0], theta[0]), Is.EqualTo((1 + 7.0, 8 - 0.5 * (7 + 4))));
        theta = One(8);
        v = One(9);
        Tensor<double> m = One(2);
        backend.AdamStep(theta, One(3), m, v, new(Beta1: 0.5, Beta2: 0.75, Eta: 0.5, Root: 0.5, Delta: 1), 0.5);
        Assert.That((m[0], v[0]), Is.EqualTo((1 + 3.5, 6.75 + 12.25)));
        Assert.That(theta[0], Is.EqualTo(8 - 0.5 * 4.5 / (2 * Math.Sqrt(19) + 1)).Within(1e-15));
        theta = One(4);
        backend.Average(theta, 0.25, 2, One(6));
        Assert.That(theta[0], Is.EqualTo(4 + 0.25 * (12 - 4)));
    }

    private static Tensor<double> One(double value) => new(new Shape(1), [value]);

    private static Tensor<double> Matrix(int rows, int columns, params double[] values) => new(new Shape(rows, columns), values);
}
