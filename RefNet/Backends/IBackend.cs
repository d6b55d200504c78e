using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends;

/// <summary>
/// The only interface between layers and arithmetic: operations on whole tensors, each one line of a layer's mathematics.
/// <c>ReferenceBackend</c> defines them as plain loops, one operation per file: read them there. <c>SimdBackend</c>
/// computes the same fast, and RefNet.Gpu on a graphics card.
/// </summary>
/// <remarks>
/// <para>The caller owns the result tensors, and every element of a result is written; where a formula says +=, the
/// operation adds to the present value. Operands do not change. A result may be one of the operands only where the
/// method says so. Callers have checked the shapes; the first axis, N, is the batch, the second, C, the channel, and
/// (p) stands for the positions of a channel: H W of them, or one where samples are vectors.</para>
/// <para>The same operands give the same bits on any number of threads. Backends differ in rounding.</para>
/// </remarks>
public interface IBackend<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A one-word name of this backend, for tables and messages.</summary>
    string Name { get; }

    /// <summary>Announces that a layer begins to compute, so that transfers between host and device can be counted for it.</summary>
    void Enter(string layer) { }

    /// <summary>Announces that the layer of the last <see cref="Enter"/> is done.</summary>
    void Leave() { }

    /// <summary>Announces that the host turns to other work: what was asked for should be under way by then.</summary>
    void Submit() { }

    // Numbers

    /// <summary>x = value, everywhere.</summary>
    void Fill(Tensor<T> x, T value);

    /// <summary>y = x.</summary>
    void Copy(Tensor<T> x, Tensor<T> y);

    /// <summary>c = a + b; c may be a or b.</summary>
    void Add(Tensor<T> a, Tensor<T> b, Tensor<T> c);

    /// <summary>c = a b, element by element; c may be a or b.</summary>
    void Multiply(Tensor<T> a, Tensor<T> b, Tensor<T> c);

    /// <summary>x = s x.</summary>
    void Scale(Tensor<T> x, T s);

    /// <summary>
    /// Copies channels between batches: to_n,(toFirst + c)(p) = from_n,(fromFirst + c)(p) for c below count. The
    /// other channels do not change.
    /// </summary>
    void CopyChannels(Tensor<T> from, int fromFirst, Tensor<T> to, int toFirst, int count);

    // Dense layers and biases

    /// <summary>C = A B.</summary>
    void Product(Factor<T> a, Factor<T> b, Tensor<T> c);

    /// <summary>C += A B.</summary>
    void AddProduct(Factor<T> a, Factor<T> b, Tensor<T> c);

    /// <summary>Adds one value to each channel: y_nc(p) += b_c; y is N x C or N x C x H x W.</summary>
    void AddBias(Tensor<T> b, Tensor<T> y);

    /// <summary>Adds to each element of db the sum of its channel: db_c += sum_n sum_p dy_nc(p).</summary>
    void AddBiasGradient(Tensor<T> dY, Tensor<T> db);

    // Channels

    /// <summary>Multiplies each channel by its factor: y_nc(p) = w_c x_nc(p), or w_nc x_nc(p) where w is N x C or N x C x 1 x 1; y may be x.</summary>
    void ScaleChannels(Tensor<T> x, Tensor<T> w, Tensor<T> y);

    /// <summary>
    /// Adds to dw the gradient of each factor of <see cref="ScaleChannels"/>: dw_c += sum_n sum_p dy_nc(p) x_nc(p), or
    /// dw_nc += sum_p dy_nc(p) x_nc(p) where dw is N x C or N x C x 1 x 1.
    /// </summary>
    void AddScaleGradient(Tensor<T> dY, Tensor<T> x, Tensor<T> dw);

    /// <summary>
    /// Sums over neighbouring channels: y_nc(p) = sum of x_nm(p) over m = c - before ... c + after, where channel m exists. The gradient is the
    /// same sum with before and after exchanged.
    /// </summary>
    /// <param name="x">N x C or N x C x H x W.</param>
    /// <param name="before">The number of channels before c in the sum, 0 or more.</param>
    /// <param name="after">The number of channels after c, 0 or more.</param>
    /// <param name="y">The sums; a different tensor from x.</param>
    void SumNeighbours(Tensor<T> x, int before, int after, Tensor<T> y);

    // Windows

    /// <summary>Creates the convolution of one layer.</summary>
    /// <param name="geometry">Kernel size, stride, padding, dilation and flip.</param>
    /// <param name="groups">G: each group of channels is a convolution of its own.</param>
    IConvolution<T> Convolution(ConvolutionGeometry geometry, int groups);

    /// <summary>
    /// Creates the max pooling of one layer. Padding never wins; of equal elements the first in row-major order wins. NaN wins
    /// over numbers, and the last of several NaNs wins. A window of minus infinities has a winner, too: its first element.
    /// </summary>
    IPooling<T> MaxPooling(PoolingGeometry geometry);

    /// <summary>Creates the average pooling of one layer.</summary>
    /// <param name="geometry">Where the windows fall.</param>
    /// <param name="countPadding">Whether the zeros of the padding count in the mean.</param>
    IPooling<T> AveragePooling(PoolingGeometry geometry, bool countPadding);

    /// <summary>Creates the sum pooling of one layer.</summary>
    IPooling<T> SumPooling(PoolingGeometry geometry);

    // Functions

    /// <summary>y = f(x), element by element.</summary>
    void Map(IElementFunction<T> f, Tensor<T> x, Tensor<T> y);

    /// <summary>
    /// dX = dY f'(x), element by element, where y = f(x). Of x and y only what the slope of f reads is defined: y alone for ReLU, tanh, its scaled form and the
    /// sigmoid, x alone for softplus and leaky ReLU.
    /// </summary>
    void MapGradient(IElementFunction<T> f, Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX);

    /// <summary>
    /// y_c = exp(x_c) / sum_k exp(x_k) over the channels, at each position of each sample. No finite x overflows, and
    /// an x of minus infinity gives 0.
    /// </summary>
    void Softmax(Tensor<T> x, Tensor<T> y);

    /// <summary>dx_c = y_c (dy_c - sum_k dy_k y_k) over the channels, at each position of each sample.</summary>
    void SoftmaxGradient(Tensor<T> y, Tensor<T> dY, Tensor<T> dX);

    /// <summary>y_ni = sum_j (x_nj - w_ij)²; x is N x D, w is C x D, y is N x C.</summary>
    void SquaredDistances(Tensor<T> x, Tensor<T> w, Tensor<T> y);

    /// <summary>dx_nj = sum_i dy_ni 2 (x_nj - w_ij).</summary>
    void SquaredDistancesGradient(Tensor<T> x, Tensor<T> w, Tensor<T> dY, Tensor<T> dX);

    // Batch normalisation: sums run over the m values of a channel; each vector has one element per channel

    /// <summary>
    /// μ = mean of x, σ² = mean of (x - μ)², y = γ (x - μ) / √(σ² + ε) + β. A channel of equal values has exactly
    /// this value as μ, σ² = 0 and y = β.
    /// </summary>
    void NormalizeBatch(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> y);

    /// <summary>y = γ (x - μ) / √(σ² + ε) + β, for given μ and σ².</summary>
    void Normalize(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> y);

    /// <summary>
    /// The gradients of <see cref="NormalizeBatch"/>, with x̂ = (x - μ) / √(σ² + ε): dβ += Σ dy, dγ += Σ dy x̂, and
    /// dx = γ / √(σ² + ε) (dy - mean(dy) - x̂ mean(dy x̂)). A result that is null is not computed.
    /// </summary>
    void NormalizeBatchGradient(
        Tensor<T> x, Tensor<T> gamma, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> dY, Tensor<T>? dGamma, Tensor<T>? dBeta, Tensor<T>? dX);

    /// <summary>The gradients of <see cref="Normalize"/>: dβ += Σ dy, dγ += Σ dy x̂, dx = γ / √(σ² + ε) dy.</summary>
    void NormalizeGradient(
        Tensor<T> x, Tensor<T> gamma, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> dY, Tensor<T>? dGamma, Tensor<T>? dBeta, Tensor<T>? dX);

    /// <summary>A running average: a = a + s (f b - a), where f scales the new value.</summary>
    void Average(Tensor<T> a, T s, T f, Tensor<T> b);

    // Random numbers

    /// <summary>
    /// Draws a mask: an element is 0 with the given probability and <paramref name="kept"/> otherwise. Every backend draws the
    /// same: element i of sample n takes number i of the SplitMix64 stream seeded with <c>Seeds.Derive(seed, draw,
    /// n)</c>, and is 0 where its low 32 bits are below 2³² rate, rounded down.
    /// </summary>
    /// <param name="mask">Any shape with N first.</param>
    /// <param name="rate">The probability of a 0, from 0 to below 1.</param>
    /// <param name="kept">The value of the other elements.</param>
    /// <param name="stream">The stream of random numbers: a seed and the number of the draw.</param>
    void DrawMask(Tensor<T> mask, double rate, T kept, (int Seed, int Draw) stream);

    // Losses and optimisers

    /// <summary>
    /// L = (1/M) sum of -t_c log p_c over samples, positions and classes, with p_c = exp(y_c) / Z and Z = sum_k exp(y_k); and
    /// dY_c = (p_c sum_k t_k - t_c) / M. No finite y overflows. A class of target 0 adds nothing to L, even where y is minus
    /// infinity. Where all targets of a position are 0, its dY is 0.
    /// </summary>
    /// <param name="y">Logits, N x C, or N x C x H x W with H W positions.</param>
    /// <param name="target">The weight of each class, in the shape of y, 0 or more.</param>
    /// <param name="total">M, above 0, the divisor of the sum.</param>
    /// <param name="dY">In the shape of y.</param>
    /// <returns>L.</returns>
    T SoftmaxCrossEntropy(Tensor<T> y, Tensor<T> target, T total, Tensor<T> dY);

    /// <summary>
    /// Counts the samples, or positions of samples, whose largest (or smallest) output is not at the class with the
    /// largest target; of equal ones the first counts. NaN is neither larger nor smaller than the elements before it.
    /// Positions whose targets are all 0 are not counted.
    /// </summary>
    /// <param name="y">N x C, or N x C x H x W.</param>
    /// <param name="target">In the shape of y, 0 or more.</param>
    /// <param name="smallestWins">Whether the smallest output gives the predicted class.</param>
    int CountErrors(Tensor<T> y, Tensor<T> target, bool smallestWins);

    /// <summary>θ = θ - η (g + 2 λ θ).</summary>
    void DescentStep(Tensor<T> theta, Tensor<T> g, T eta, T twoLambda);

    /// <summary>v = μ v + (g + 2 λ θ), then θ = θ - η v.</summary>
    void MomentumStep(Tensor<T> theta, Tensor<T> g, Tensor<T> v, T mu, T eta, T twoLambda);

    /// <summary>With h = g + 2 λ θ: v = μ v + h, then θ = θ - η (h + μ v).</summary>
    void NesterovStep(Tensor<T> theta, Tensor<T> g, Tensor<T> v, T mu, T eta, T twoLambda);

    /// <summary>
    /// With h = g + 2 λ θ: m = β₁ m + (1 - β₁) h, v = β₂ v + (1 - β₂) h², then θ = θ - η m / (√v / r + δ); v is 0 or more.
    /// </summary>
    void AdamStep(Tensor<T> theta, Tensor<T> g, Tensor<T> m, Tensor<T> v, AdamFactors<T> factors, T twoLambda);
}
