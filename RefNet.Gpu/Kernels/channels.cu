// Operations on channels: tensors are N x C x P, samples of channels with P positions each.
#include "common.cuh"

// to_n,(toFirst + c)(p) = from_n,(fromFirst + c)(p): one run of elements per sample.
KERNEL copy_channels(
    unsigned count, Divisor run, unsigned fromSample, unsigned fromStart, const REAL* from, unsigned toSample, unsigned toStart, REAL* to)
{
    FOR_EACH(e, count)
        to[e / run * toSample + toStart + e % run] = from[e / run * fromSample + fromStart + e % run];
}

// y_nc(p) += b_c.
KERNEL add_to_channels(unsigned count, Divisor positions, Divisor channels, const REAL* b, REAL* y)
{
    FOR_EACH(e, count)
        y[e] += b[e / positions % channels];
}

// y_nc(p) = w_c x_nc(p); where w is N x C, all N C planes are channels of one sample.
KERNEL scale_channels(unsigned count, Divisor positions, Divisor channels, const REAL* w, const REAL* x, REAL* y)
{
    FOR_EACH(e, count)
        y[e] = w[e / positions % channels] * x[e];
}

// The m = N P values of each channel, summed in pieces: one block sums a piece, then one block sums the pieces of a channel.
// The fields of ChannelSums.cs.
struct Channels
{
    unsigned channels, values;           // C and m
    Divisor positions;                   // P
    Divisor pieces;                      // in each channel
    unsigned pieceLength;
    int sum;                             // which one
};

// Value i of channel c.
__device__ inline unsigned place(Channels s, unsigned c, unsigned i)
{
    return (i / s.positions * s.channels + c) * s.positions.value + i % s.positions;
}

// The terms of a sum.
enum { Values, Products, Offsets, Squares };

// A sum over some values of a channel; only the pointers that it needs are set.
__device__ REAL sum_of(Channels s, unsigned c, unsigned first, unsigned last, const REAL* x, const REAL* dy, const REAL* mu)
{
    switch (s.sum)
    {
        case Values: // dy
            return sum_lanes(first, last, [&](unsigned i) { return dy[place(s, c, i)]; });
        case Products: // dy x
            return sum_lanes(first, last, [&](unsigned i) { return dy[place(s, c, i)] * x[place(s, c, i)]; });
        case Offsets: // x - x_0, from the first value of the channel
        {
            REAL x0 = x[place(s, c, 0)];
            return sum_lanes(first, last, [&](unsigned i) { return x[place(s, c, i)] - x0; });
        }
        default: // (x - mu)^2
        {
            REAL m = mu[c];
            return sum_lanes(first, last, [&](unsigned i) { REAL d = x[place(s, c, i)] - m; return d * d; });
        }
    }
}

// Stores what is derived from the sum of a channel: a mean, or an addition to a gradient.
__device__ void finish(Channels s, unsigned c, REAL sum, const REAL* x, REAL* result)
{
    if (s.sum == Offsets)
        result[c] = x[place(s, c, 0)] + sum / s.values;
    else if (s.sum == Squares)
        result[c] = sum / s.values;
    else
        result[c] += sum;
}

// pieces[c][k] = the sum of piece k of channel c; if each channel is one piece, that is the whole sum.
KERNEL sum_pieces(Channels s, const REAL* x, const REAL* dy, const REAL* mu, REAL* pieces, REAL* result)
{
    for (unsigned block = blockIdx.x; block < s.channels * s.pieces.value; block += gridDim.x)
    {
        unsigned c = block / s.pieces, first = block % s.pieces * s.pieceLength, last = first + s.pieceLength;
        REAL sum = sum_of(s, c, first, last < s.values ? last : s.values, x, dy, mu);
        LANES(t)
        {
            if (t == 0 && s.pieces.value > 1)
                pieces[block] = sum;
            else if (t == 0)
                finish(s, c, sum, x, result);
        }
    }
}

// The sum of the pieces of each channel.
KERNEL add_pieces(Channels s, const REAL* x, const REAL* pieces, REAL* result)
{
    for (unsigned c = blockIdx.x; c < s.channels; c += gridDim.x)
    {
        REAL sum = sum_lanes(0, s.pieces.value, [&](unsigned k) { return pieces[c * s.pieces.value + k]; });
        LANES(t)
            if (t == 0)
                finish(s, c, sum, x, result);
    }
}

// Batch normalisation. With sigma = sqrt(sigma2 + epsilon) and xHat = (x - mu) / sigma:

// gamma xHat + beta, for a value of channel c.
__device__ inline REAL normalized(unsigned c, REAL x, const REAL* gamma, const REAL* beta, REAL epsilon, const REAL* mu, const REAL* sigma2)
{
    return gamma[c] * ((x - mu[c]) * (1 / sqrt(sigma2[c] + epsilon))) + beta[c];
}

// y = gamma xHat + beta.
KERNEL normalize(
    unsigned count, Divisor positions, Divisor channels, const REAL* x, const REAL* gamma, const REAL* beta,
    REAL epsilon, const REAL* mu, const REAL* sigma2, REAL* y)
{
    FOR_EACH(e, count)
        y[e] = normalized(e / positions % channels, x[e], gamma, beta, epsilon, mu, sigma2);
}

// Stores the sums of dy and of dy xHat over a channel, sum and sumHat, and adds them to the gradients that are wanted.
__device__ void finish_normalized(Channels s, unsigned c, REAL sum, REAL sumHat, REAL* sums, REAL* dbeta, REAL* dgamma)
{
    sums[c] = sum;
    sums[s.channels + c] = sumHat;
    if (dbeta)
        dbeta[c] += sum;
    if (dgamma)
        dgamma[c] += sumHat;
}

// Both sums, in pieces as above; those of dy xHat follow those of dy. The second finds dy in the cache.
KERNEL sum_normalized_pieces(
    Channels s, const REAL* x, const REAL* dy, const REAL* mu, const REAL* sigma2, REAL epsilon, REAL* pieces, REAL* sums, REAL* dbeta, REAL* dgamma)
{
    unsigned count = s.channels * s.pieces.value;
    for (unsigned block = blockIdx.x; block < count; block += gridDim.x)
    {
        unsigned c = block / s.pieces, first = block % s.pieces * s.pieceLength, last = first + s.pieceLength < s.values ? first + s.pieceLength : s.values;
        REAL m = mu[c], inverse = 1 / sqrt(sigma2[c] + epsilon);
        REAL sum = sum_lanes(first, last, [&](unsigned i) { return dy[place(s, c, i)]; });
        REAL sumHat = sum_lanes(first, last, [&](unsigned i) { return dy[place(s, c, i)] * ((x[place(s, c, i)] - m) * inverse); });
        LANES(t)
        {
            if (t == 0 && s.pieces.value > 1)
            {
                pieces[block] = sum;
                pieces[count + block] = sumHat;
            }
            else if (t == 0)
                finish_normalized(s, c, sum, sumHat, sums, dbeta, dgamma);
        }
    }
}

// The sums of the pieces of each channel.
KERNEL add_normalized_pieces(Channels s, const REAL* pieces, REAL* sums, REAL* dbeta, REAL* dgamma)
{
    for (unsigned c = blockIdx.x; c < s.channels; c += gridDim.x)
    {
        const REAL* ofChannel = pieces + c * s.pieces.value;
        REAL sum = sum_lanes(0, s.pieces.value, [&](unsigned k) { return ofChannel[k]; });
        REAL sumHat = sum_lanes(0, s.pieces.value, [&](unsigned k) { return ofChannel[s.channels * s.pieces.value + k]; });
        LANES(t)
            if (t == 0)
                finish_normalized(s, c, sum, sumHat, sums, dbeta, dgamma);
    }
}

// dx = gamma / sigma (dy - share (sum + xHat sumHat)), where sum and sumHat are the sums of dy and of dy xHat over the channel, and
// the share 1 / m of each of these m values.
KERNEL normalize_batch_gradient(
    unsigned count, Divisor positions, Divisor channels, REAL share, const REAL* x, const REAL* gamma, REAL epsilon,
    const REAL* mu, const REAL* sigma2, const REAL* dy, const REAL* sum, const REAL* sumHat, REAL* dx)
{
    FOR_EACH(e, count)
    {
        unsigned c = e / positions % channels;
        REAL inverse = 1 / sqrt(sigma2[c] + epsilon), xHat = (x[e] - mu[c]) * inverse;
        dx[e] = gamma[c] * inverse * (dy[e] - (sum[c] + xHat * sumHat[c]) * share);
    }
}

// dx = gamma / sigma dy, for given mu and sigma2.
KERNEL normalize_gradient(
    unsigned count, Divisor positions, Divisor channels, const REAL* gamma, REAL epsilon, const REAL* sigma2, const REAL* dy, REAL* dx)
{
    FOR_EACH(e, count)
    {
        unsigned c = e / positions % channels;
        dx[e] = gamma[c] / sqrt(sigma2[c] + epsilon) * dy[e];
    }
}
