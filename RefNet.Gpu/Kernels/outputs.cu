// Output functions of a network: softmax, its loss, predicted classes, and the distances of radial basis functions.
#include "common.cuh"

// y_c = exp(x_c - m) / sum of exp(x_k - m), with m the largest x_k of the row. One block per row.
KERNEL softmax_rows(unsigned rows, unsigned classes, const REAL* x, REAL* y)
{
    for (unsigned n = blockIdx.x; n < rows; n += gridDim.x)
    {
        const REAL* of = x + n * classes;
        REAL m = largest_lanes(classes, [&](unsigned c) { return of[c]; });
        REAL sum = sum_lanes(0, classes, [&](unsigned c) { return exp(of[c] - m); });
        LANES(t)
            for (unsigned c = t; c < classes; c += blockDim.x)
                y[n * classes + c] = exp(of[c] - m) / sum;
    }
}

// The same over the channels at each position of each sample. One thread per position.
KERNEL softmax_positions(unsigned count, unsigned classes, Divisor positions, const REAL* x, REAL* y)
{
    FOR_EACH(e, count)
    {
        unsigned P = positions.value, start = e / positions * classes * P + e % positions;
        REAL m = x[start], sum = 0;
        for (unsigned c = 1; c < classes; c++)
            m = x[start + c * P] > m ? x[start + c * P] : m;
        for (unsigned c = 0; c < classes; c++)
            sum += exp(x[start + c * P] - m);
        for (unsigned c = 0; c < classes; c++)
            y[start + c * P] = exp(x[start + c * P] - m) / sum;
    }
}

// dx_c = y_c (dy_c - sum of dy_k y_k). One block per row.
KERNEL softmax_rows_gradient(unsigned rows, unsigned classes, const REAL* y, const REAL* dy, REAL* dx)
{
    for (unsigned n = blockIdx.x; n < rows; n += gridDim.x)
    {
        unsigned start = n * classes;
        REAL sum = sum_lanes(0, classes, [&](unsigned c) { return dy[start + c] * y[start + c]; });
        LANES(t)
            for (unsigned e = start + t; e < start + classes; e += blockDim.x)
                dx[e] = y[e] * (dy[e] - sum);
    }
}

// The same over the channels at each position of each sample. One thread per position.
KERNEL softmax_positions_gradient(unsigned count, unsigned classes, Divisor positions, const REAL* y, const REAL* dy, REAL* dx)
{
    FOR_EACH(e, count)
    {
        unsigned P = positions.value, start = e / positions * classes * P + e % positions;
        REAL sum = 0;
        for (unsigned c = 0; c < classes; c++)
            sum += dy[start + c * P] * y[start + c * P];
        for (unsigned c = 0; c < classes; c++)
            dx[start + c * P] = y[start + c * P] * (dy[start + c * P] - sum);
    }
}

// For each sample, with m the largest y_c, S = sum of exp(y_c - m) and w = sum of t_c: losses_n = -sum of t_c (y_c - m - log S),
// where a t of 0 adds nothing, and dy_c = (exp(y_c - m) / S w - t_c) / M, or 0 where w is 0. One block per sample.
KERNEL softmax_cross_entropy(unsigned samples, unsigned classes, REAL total, const REAL* y, const REAL* t, REAL* losses, REAL* dy)
{
    for (unsigned n = blockIdx.x; n < samples; n += gridDim.x)
    {
        const REAL* logits = y + n * classes;
        const REAL* targets = t + n * classes;
        REAL m = largest_lanes(classes, [&](unsigned c) { return logits[c]; });
        REAL sum = sum_lanes(0, classes, [&](unsigned c) { return exp(logits[c] - m); });
        REAL logOfSum = log(sum);
        REAL weight = sum_lanes(0, classes, [&](unsigned c) { return targets[c]; });
        REAL loss = sum_lanes(0, classes, [&](unsigned c) { return targets[c] == 0 ? 0 : -targets[c] * (logits[c] - m - logOfSum); });
        LANES(lane)
        {
            if (lane == 0)
                losses[n] = loss;
            for (unsigned c = lane; c < classes; c += blockDim.x)
                dy[n * classes + c] = weight == 0 ? 0 : (exp(logits[c] - m) / sum * weight - targets[c]) / total;
        }
    }
}

// The same over the channels at each position of each sample. One thread per position.
KERNEL softmax_cross_entropy_positions(unsigned count, unsigned classes, Divisor positions, REAL total, const REAL* y, const REAL* t, REAL* losses, REAL* dy)
{
    FOR_EACH(e, count)
    {
        unsigned P = positions.value, start = e / positions * classes * P + e % positions;
        REAL m = y[start], sum = 0, weight = 0, loss = 0;
        for (unsigned c = 1; c < classes; c++)
            m = y[start + c * P] > m ? y[start + c * P] : m;
        for (unsigned c = 0; c < classes; c++)
        {
            sum += exp(y[start + c * P] - m);
            weight += t[start + c * P];
        }

        REAL logOfSum = log(sum);
        for (unsigned c = 0; c < classes; c++)
        {
            unsigned i = start + c * P;
            loss -= t[i] == 0 ? 0 : t[i] * (y[i] - m - logOfSum);
            dy[i] = weight == 0 ? 0 : (exp(y[i] - m) / sum * weight - t[i]) / total;
        }

        losses[e] = loss;
    }
}

// The index of the largest sign * y_c, the first of equals; a NaN wins only at index 0. In all lanes.
__device__ unsigned decide(const REAL* y, unsigned classes, REAL sign)
{
    __shared__ unsigned winners[mostLanes];
    LANES(t)
    {
        unsigned winner = 0;
        for (unsigned c = t; c < classes; c += blockDim.x)
            winner = sign * y[c] > sign * y[winner] ? c : winner;
        winners[t] = winner;
    }

    for (unsigned n = blockDim.x; n > 1; n = (n + 1) / 2)
        LANES(t)
            if (t < n / 2)
            {
                unsigned one = winners[t], other = winners[t + (n + 1) / 2];
                if (sign * y[other] > sign * y[one] || (y[other] == y[one] && other < one))
                    winners[t] = other;
            }

    unsigned winner = winners[0];
    WAIT_FOR_LANES;
    return winner;
}

// errors_n = 1 where the predicted class of sample n is not that of its largest target and that target is above 0; 0 elsewhere. One block per sample.
KERNEL find_errors(unsigned samples, unsigned classes, REAL sign, const REAL* y, const REAL* target, REAL* errors)
{
    for (unsigned n = blockIdx.x; n < samples; n += gridDim.x)
    {
        unsigned predicted = decide(y + n * classes, classes, sign), right = decide(target + n * classes, classes, 1);
        LANES(t)
            if (t == 0)
                errors[n] = predicted != right && target[n * classes + right] > 0;
    }
}

// The same at each position of each sample. One thread per position.
KERNEL find_errors_positions(unsigned count, unsigned classes, Divisor positions, REAL sign, const REAL* y, const REAL* target, REAL* errors)
{
    FOR_EACH(e, count)
    {
        unsigned P = positions.value, start = e / positions * classes * P + e % positions, predicted = start, right = start;
        for (unsigned c = 1; c < classes; c++)
        {
            unsigned i = start + c * P;
            predicted = sign * y[i] > sign * y[predicted] ? i : predicted;
            right = target[i] > target[right] ? i : right;
        }

        errors[e] = predicted != right && target[right] > 0;
    }
}

// sum = the sum of x / divisor. One block.
KERNEL sum_all(unsigned count, REAL divisor, const REAL* x, REAL* sum)
{
    REAL total = sum_lanes(0, count, [&](unsigned e) { return x[e]; });
    LANES(t)
        if (t == 0)
            *sum = total / divisor;
}

// y_ni = sum of (x_nj - w_ij)^2 over the inputs j.
KERNEL squared_distances(unsigned count, Divisor centres, unsigned inputs, const REAL* x, const REAL* w, REAL* y)
{
    FOR_EACH(e, count)
    {
        const REAL* from = x + e / centres * inputs;
        const REAL* to = w + e % centres * inputs;
        REAL sum = 0;
        for (unsigned j = 0; j < inputs; j++)
            sum += (from[j] - to[j]) * (from[j] - to[j]);
        y[e] = sum;
    }
}

// dx_nj = sum of dy_ni 2 (x_nj - w_ij) over the centres i.
KERNEL squared_distances_gradient(unsigned count, unsigned centres, Divisor inputs, const REAL* x, const REAL* w, const REAL* dy, REAL* dx)
{
    FOR_EACH(e, count)
    {
        unsigned n = e / inputs, j = e % inputs;
        REAL sum = 0;
        for (unsigned i = 0; i < centres; i++)
            sum += dy[n * centres + i] * 2 * (x[e] - w[i * inputs.value + j]);
        dx[e] = sum;
    }
}
