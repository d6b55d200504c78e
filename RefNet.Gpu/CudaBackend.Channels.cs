using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Gpu;

// Operations on channels: channels.cu.
public sealed partial class CudaBackend<T>
{
    /// <inheritdoc/>
    public void CopyChannels(Tensor<T> from, int fromFirst, Tensor<T> to, int toFirst, int count)
    {
        int positions = PositionsOf(to), elements = to.Shape[0] * count * positions;
        Divisor run = count * positions;
        ForEach("copy_channels", elements, elements, run,
            from.Shape[1] * positions, fromFirst * positions, Read(from), to.Shape[1] * positions, toFirst * positions, Change(to));
    }

    // Treats channels as the rows of one image, with a window that slides down over them.

    /// <inheritdoc/>
    public unsafe void SumNeighbours(Tensor<T> x, int before, int after, Tensor<T> y)
    {
        PoolingGeometry window = new(new Window(before + 1 + after, 1, before, after), new Window(1));
        PoolingShape shape = new(window, new Shape(x.Shape[0], 1, x.Shape[1], PositionsOf(x)), isMean: false, countPadding: false);
        ForEach("pool_sums", y.Count, KernelArgument<T>.Of(&shape), Read(x), Write(y));
    }

    /// <inheritdoc/>
    public void AddBias(Tensor<T> b, Tensor<T> y)
    {
        (Divisor positions, Divisor channels) = (PositionsOf(y), b.Count);
        ForEach("add_to_channels", y.Count, y.Count, positions, channels, Read(b), Change(y));
    }

    /// <inheritdoc/>
    public void AddBiasGradient(Tensor<T> dY, Tensor<T> db) =>
        Sum(new ChannelSums(ChannelSum.Values, dY.Shape[0], dY.Shape[1], PositionsOf(dY)), dY: Read(dY), result: Change(db));

    /// <inheritdoc/>
    public void ScaleChannels(Tensor<T> x, Tensor<T> w, Tensor<T> y)
    {
        (Divisor positions, Divisor channels) = (PositionsOf(y), w.Count); // N C planes, or C channels
        ForEach("scale_channels", y.Count, y.Count, positions, channels, Read(w), Read(x), Write(y));
    }

    /// <inheritdoc/>
    public void AddScaleGradient(Tensor<T> dY, Tensor<T> x, Tensor<T> dw)
    {
        int positions = PositionsOf(dY);
        Sum(new ChannelSums(ChannelSum.Products, dY.Count / (dw.Count * positions), dw.Count, positions), x: Read(x), dY: Read(dY), result: Change(dw));
    }

    /// <inheritdoc/>
    public void NormalizeBatch(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> y)
    {
        (int samples, int channels, int positions) = (x.Shape[0], x.Shape[1], PositionsOf(x));
        Sum(new ChannelSums(ChannelSum.Offsets, samples, channels, positions), x: Read(x), result: Write(mu));
        Sum(new ChannelSums(ChannelSum.Squares, samples, channels, positions), x: Read(x), mu: Read(mu), result: Write(sigma2));
        Normalize(x, gamma, beta, epsilon, mu, sigma2, y);
    }

    /// <inheritdoc/>
    public void Normalize(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> y)
    {
        (Divisor positions, Divisor channels) = (PositionsOf(y), gamma.Count);
        ForEach("normalize", y.Count, y.Count, positions, channels, Read(x), Read(gamma), Read(beta), epsilon, Read(mu), Read(sigma2), Write(y));
    }

    /// <inheritdoc/>
    public void NormalizeBatchGradient(
        Tensor<T> x, Tensor<T> gamma, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> dY, Tensor<T>? dGamma, Tensor<T>? dBeta, Tensor<T>? dX)
    {
        int channels = x.Shape[1];
        (nint sum, nint sumHat) = NormalizationSums(x, epsilon, mu, sigma2, dY, dGamma, dBeta, keeps: dX is not null);
        if (dX is null)
            return;

        (Divisor positions, Divisor divisor) = (PositionsOf(x), channels);
        ForEach("normalize_batch_gradient", x.Count, x.Count, positions, divisor, T.One / T.CreateChecked(x.Count / channels),
            Read(x), Read(gamma), epsilon, Read(mu), Read(sigma2), Read(dY), sum, sumHat, Write(dX));
    }

    /// <inheritdoc/>
    public void NormalizeGradient(
        Tensor<T> x, Tensor<T> gamma, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> dY, Tensor<T>? dGamma, Tensor<T>? dBeta, Tensor<T>? dX)
    {
        NormalizationSums(x, epsilon, mu, sigma2, dY, dGamma, dBeta, keeps: false);
        if (dX is null)
            return;
        (Divisor positions, Divisor channels) = (PositionsOf(x), x.Shape[1]);
        ForEach("normalize_gradient", x.Count, x.Count, positions, channels, Read(gamma), epsilon, Read(sigma2), Read(dY), Write(dX));
    }

    // dβ += Σ dy and dγ += Σ dy x̂, where these are not null. If dX is wanted, too, the sums stay in the scratch memory, after the pieces.
    private unsafe (nint Sum, nint SumHat) NormalizationSums(
        Tensor<T> x, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> dY, Tensor<T>? dGamma, Tensor<T>? dBeta, bool keeps)
    {
        if (!keeps && dGamma is null && dBeta is null)
            return default;
        int channels = x.Shape[1];
        ChannelSums shape = new(ChannelSum.Values, x.Shape[0], channels, PositionsOf(x));
        int pieces = (int)shape.Pieces.Value;
        nint addresses = Scratch(2L * channels * (pieces + 1)), sums = At(addresses, 2L * channels * pieces);
        (nint ofBeta, nint ofGamma) = (dBeta is null ? 0 : Change(dBeta), dGamma is null ? 0 : Change(dGamma));
        KernelArgument<T> given = KernelArgument<T>.Of(&shape);
        Blocks("sum_normalized_pieces", channels * pieces, shape.PieceLength, given, Read(x), Read(dY), Read(mu), Read(sigma2), epsilon, addresses, sums, ofBeta, ofGamma);
        if (pieces > 1)
            Blocks("add_normalized_pieces", channels, pieces, given, addresses, sums, ofBeta, ofGamma);
        return (sums, At(sums, channels));
    }

    // The sum of each channel: with one piece, one kernel sums it; otherwise a second kernel adds the pieces.
    private unsafe void Sum(ChannelSums shape, nint result, nint x = 0, nint dY = 0, nint mu = 0)
    {
        int pieces = (int)shape.Pieces.Value;
        nint addresses = Scratch((long)shape.Channels * pieces);
        KernelArgument<T> given = KernelArgument<T>.Of(&shape);
        Blocks("sum_pieces", shape.Channels * pieces, shape.PieceLength, given, x, dY, mu, addresses, result);
        if (pieces > 1)
            Blocks("add_pieces", shape.Channels, pieces, given, x, addresses, result);
    }

    /// <summary>An address the given number of elements further.</summary>
    internal static unsafe nint At(nint address, long elements) => address + (nint)(elements * sizeof(T));

    // The positions of a channel: 1 for N x C, H W for N x C x H x W.
    private static int PositionsOf(Tensor<T> y) => y.Count / (y.Shape[0] * y.Shape[1]);
}
