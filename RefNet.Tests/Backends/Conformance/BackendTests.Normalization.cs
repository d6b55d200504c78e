using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    // The sum in μ has m terms: μ is off by (m + 1) u mean|x|, σ² relatively by (m + 4) u and by the square of the other
    // error, which ε makes small; y = γ (x - μ) / σ + β takes both, and 6 operations.
    [Test]
    public void NormalizeBatchIsThatOfTheDefinition() => ForAll(Maps.Generator, (maps, call) =>
    {
        double e = maps.Seed % 2 == 0 ? 0.5 : 0.015625;
        Tensor<T> x = call.Operand("x", maps.Shape), gamma = call.Operand("γ", maps.PerChannel), beta = call.Operand("β", maps.PerChannel);
        Tensor<T> mu = Call<T>.Result(maps.PerChannel), sigma2 = Call<T>.Result(maps.PerChannel), y = Call<T>.Result(maps.Shape);
        Tensor<double> mus = new(maps.PerChannel), sigma2s = new(maps.PerChannel), expected = new(maps.Shape), meanSizes = new(maps.PerChannel);
        truth.NormalizeBatch(Wide(x), Wide(gamma), Wide(beta), e, mus, sigma2s, expected);
        truth.AddBiasGradient(Sizes(x), meanSizes);
        truth.Scale(meanSizes, 1.0 / maps.Count);
        Tensor<double> xs = Wide(x), gammas = Sizes(gamma), betas = Sizes(beta);

        Backend.NormalizeBatch(x, gamma, beta, T.CreateChecked(e), mu, sigma2, y);
        AssertClose("μ", mu, mus, meanSizes, maps.Count + 1);
        AssertClose("σ²", sigma2, sigma2s,
            Filled(sigma2.Shape, c => sigma2s.Values[c] + Square(maps.Count * epsilon * meanSizes.Values[c]) / epsilon), maps.Count + 4);
        AssertClose("y", y, expected, Filled(y.Shape, i =>
        {
            int c = i / (maps.H * maps.W) % maps.C;
            double slope = gammas.Values[c] / Math.Sqrt(sigma2s.Values[c] + e);
            return slope * (Math.Abs(xs.Values[i] - mus.Values[c]) + meanSizes.Values[c]) + betas.Values[c];
        }), maps.Count + 10);
    });

    /// <summary>The variance is the mean of (x - μ)²: no difference of large squares. Here every sum of x is exact.</summary>
    [Test]
    public void AnOffsetCostsNoDigits()
    {
        const int offset = 4096, m = 64;
        Call<T> call = new(seed: 3);
        Tensor<T> small = call.Operand("x", new Shape(4, 3, 4, 4), random => random.Next(-16, 17) / 16.0);
        Tensor<T> x = new(small.Shape, [.. small.Values.ToArray().Select(value => value + T.CreateChecked(offset))]);
        Tensor<T> gamma = call.Operand("γ", new Shape(3)), beta = call.Operand("β", new Shape(3));
        Tensor<T> mu = Call<T>.Result(gamma.Shape), sigma2 = Call<T>.Result(gamma.Shape), y = Call<T>.Result(x.Shape);
        Tensor<double> mus = new(gamma.Shape), sigma2s = new(gamma.Shape), expected = new(x.Shape);
        truth.NormalizeBatch(Wide(small), Wide(gamma), Wide(beta), 1.0 / 64, mus, sigma2s, expected);
        Backend.NormalizeBatch(x, gamma, beta, T.CreateChecked(1.0 / 64), mu, sigma2, y);
        AssertClose("μ", mu, Filled(mu.Shape, c => mus.Values[c] + offset), Filled(mu.Shape, _ => offset), 1);
        AssertClose("σ²", sigma2, sigma2s, sigma2s, m + 4);
        AssertClose("y", y, expected, Filled(y.Shape, i => Math.Abs(expected.Values[i]) + 2 * Sizes(beta).Values[i / 16 % 3]), m + 10);
    }

    /// <summary>A dead channel: x - μ is exactly 0, which no rounded sum of x may spoil.</summary>
    [TestCase(0.1), TestCase(-1.0 / 3), TestCase(1e6 / 7), TestCase(1e30), TestCase(-3.3e-30)]
    public void AChannelOfEqualNumbersComesOutAsBeta(double number)
    {
        foreach (Shape shape in new[] { new Shape(7, 3), new Shape(5, 3, 3, 3), new Shape(3, 3, 7, 11) })
        {
            Tensor<T> x = new(shape), gamma = new(new Shape(3)), beta = new(new Shape(3), [.. new[] { -0.3, 0, 1.7 }.Select(T.CreateChecked)]), y = Call<T>.Result(shape);
            Tensor<T> mu = Call<T>.Result(gamma.Shape), sigma2 = Call<T>.Result(gamma.Shape), expected = new(shape);
            x.Span.Fill(T.CreateChecked(number));
            gamma.Span.Fill(T.CreateChecked(2));
            definition.AddBias(beta, expected);
            Backend.NormalizeBatch(x, gamma, beta, T.CreateChecked(1e-5), mu, sigma2, y);
            AssertEqual($"y of a channel of {number}", y, expected);
            Assert.That(mu.Values.ToArray(), Is.All.EqualTo(T.CreateChecked(number)), $"μ of {shape}");
            Assert.That(sigma2.Values.ToArray(), Is.All.EqualTo(T.Zero), $"σ² of {shape}");
        }
    }

    [Test]
    public void NormalizeIsThatOfTheDefinition() => ForAll(Maps.Generator, (maps, call) =>
    {
        (Tensor<T> x, Tensor<T> gamma, Tensor<T> mu, Tensor<T> sigma2) = Statistics(maps, call);
        Tensor<T> beta = call.Operand("β", maps.PerChannel), y = Call<T>.Result(maps.Shape);
        Tensor<double> xs = Wide(x), mus = Wide(mu), betas = Sizes(beta), slopes = Slopes(gamma, sigma2);
        Backend.Normalize(x, gamma, beta, T.CreateChecked(0.5), mu, sigma2, y);
        AssertClose("y", y,
            Written(y.Shape, result => truth.Normalize(Wide(x), Wide(gamma), Wide(beta), 0.5, Wide(mu), Wide(sigma2), result)),
            Filled(y.Shape, i =>
            {
                int c = i / (maps.H * maps.W) % maps.C;
                return slopes.Values[c] * Math.Abs(xs.Values[i] - mus.Values[c]) + betas.Values[c];
            }), 8);
    });

    // dβ and dγ are sums of m terms, 5 operations in each. dx = (γ/σ) (dy - Σdy/m - x̂ Σ(dy x̂)/m) takes both, and 6 more.
    [Test]
    public void NormalizeBatchGradientIsThatOfTheDefinition([Values] bool wantsParameters, [Values] bool wantsInput) =>
        CheckNormalizationGradient(ofBatch: true, wantsParameters, wantsInput);

    [Test]
    public void NormalizeGradientIsThatOfTheDefinition([Values] bool wantsParameters, [Values] bool wantsInput) =>
        CheckNormalizationGradient(ofBatch: false, wantsParameters, wantsInput);

    private void CheckNormalizationGradient(bool ofBatch, bool wantsParameters, bool wantsInput) => ForAll(Maps.Generator, (maps, call) =>
    {
        (Tensor<T> x, Tensor<T> gamma, Tensor<T> mu, Tensor<T> sigma2) = Statistics(maps, call);
        Tensor<T> dY = call.Operand("dY", maps.Shape);
        Tensor<T>? dGamma = wantsParameters ? call.Sum(maps.PerChannel) : null, dBeta = wantsParameters ? call.Sum(maps.PerChannel) : null;
        Tensor<T>? dX = wantsInput ? Call<T>.Result(maps.Shape) : null;

        // The definitions of the sums, by other operations: x̂ is Normalize with γ = 1 and β = 0.
        Tensor<double> ones = Filled(maps.PerChannel, _ => 1), zeros = new(maps.PerChannel), sum = new(maps.PerChannel), sumHat = new(maps.PerChannel);
        Tensor<double> xHat = Sizes(Written(maps.Shape, result => truth.Normalize(Wide(x), ones, zeros, 0.5, Wide(mu), Wide(sigma2), result)));
        truth.AddBiasGradient(Sizes(dY), sum);
        truth.AddScaleGradient(Sizes(dY), xHat, sumHat);

        Tensor<double> expectedGamma = dGamma is null ? new(maps.PerChannel) : Wide(dGamma);
        Tensor<double> expectedBeta = dBeta is null ? new(maps.PerChannel) : Wide(dBeta), expectedX = new(maps.Shape);
        Tensor<double> sizeGamma = Sizes(expectedGamma), sizeBeta = Sizes(expectedBeta), dys = Sizes(dY), slopes = Slopes(gamma, sigma2);
        if (ofBatch)
        {
            truth.NormalizeBatchGradient(Wide(x), Wide(gamma), 0.5, Wide(mu), Wide(sigma2), Wide(dY), expectedGamma, expectedBeta, expectedX);
            Backend.NormalizeBatchGradient(x, gamma, T.CreateChecked(0.5), mu, sigma2, dY, dGamma, dBeta, dX);
        }
        else
        {
            truth.NormalizeGradient(Wide(x), Wide(gamma), 0.5, Wide(mu), Wide(sigma2), Wide(dY), expectedGamma, expectedBeta, expectedX);
            Backend.NormalizeGradient(x, gamma, T.CreateChecked(0.5), mu, sigma2, dY, dGamma, dBeta, dX);
        }

        if (dBeta is not null)
            AssertClose("dβ", dBeta, expectedBeta, Filled(sum.Shape, c => sizeBeta.Values[c] + sum.Values[c]), maps.Count + 1);
        if (dGamma is not null)
            AssertClose("dγ", dGamma, expectedGamma, Filled(sum.Shape, c => sizeGamma.Values[c] + sumHat.Values[c]), maps.Count + 6);
        if (dX is not null)
        {
            AssertClose("dX", dX, expectedX, Filled(dX.Shape, i =>
            {
                int c = i / (maps.H * maps.W) % maps.C;
                return slopes.Values[c] * (dys.Values[i] + (ofBatch ? (sum.Values[c] + xHat.Values[i] * sumHat.Values[c]) / maps.Count : 0));
            }), ofBatch ? maps.Count + 12 : 6);
        }
    });

    // x, γ, and any μ and σ² of each channel.
    private static (Tensor<T> X, Tensor<T> Gamma, Tensor<T> Mu, Tensor<T> Sigma2) Statistics(Maps maps, Call<T> call) =>
    (
        call.Operand("x", maps.Shape), call.Operand("γ", maps.PerChannel),
        call.Operand("μ", maps.PerChannel), call.Operand("σ²", maps.PerChannel, random => random.NextDouble()));

    // |γ| / √(σ² + 1/2)
    private static Tensor<double> Slopes(Tensor<T> gamma, Tensor<T> sigma2)
    {
        Tensor<double> gammas = Sizes(gamma), variances = Wide(sigma2);
        return Filled(gamma.Shape, c => gammas.Values[c] / Math.Sqrt(variances.Values[c] + 0.5));
    }

    private static double Square(double x) => x * x;
}
