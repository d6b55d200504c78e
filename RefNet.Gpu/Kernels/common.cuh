// Definitions that all kernels share. REAL is float or double.
//
// A kernel describes what a block of threads does. FOR_EACH shares the elements of a result among the threads of all blocks: each
// is computed by one thread, which gathers what it needs. LANES shares a loop among the threads of one block, its lanes, and
// waits for all of them at its end; a body must not leave it by break or return. No two threads add to the same element, and
// every sum has one order: the same operands give the same bits. Counts are below 2^31.

#pragma once

#ifndef LANES
#define LANES(t) for (unsigned t = threadIdx.x, isDone = 0; !isDone; isDone = 1, __syncthreads())
#define WAIT_FOR_LANES __syncthreads()
#define FOR_EACH(e, count) \
    for (unsigned e = blockIdx.x * blockDim.x + threadIdx.x; e < (count); e += gridDim.x * blockDim.x)
#endif

#define KERNEL extern "C" __global__ void

// The largest number of threads of a block.
const unsigned mostLanes = 256;

// A number that all threads divide by: with a multiplication and a shift, for dividends below 2^31 (Granlund and Montgomery
// 1994). The fields of Divisor.cs.
struct Divisor { unsigned value, factor, shift; };

__device__ inline unsigned operator/(unsigned n, Divisor d) { return (__umulhi(n, d.factor) + n) >> d.shift; }

__device__ inline unsigned operator%(unsigned n, Divisor d) { return n - n / d * d.value; }

// The sum of term(e) over e from first to last - 1, in all lanes: each lane adds terms at a fixed stride, then lanes are added
// in pairs.
template <class Term>
__device__ REAL sum_lanes(unsigned first, unsigned last, Term term)
{
    __shared__ REAL sums[mostLanes];
    LANES(t)
    {
        REAL sum = 0;
        for (unsigned e = first + t; e < last; e += blockDim.x)
            sum += term(e);
        sums[t] = sum;
    }

    for (unsigned n = blockDim.x; n > 1; n = (n + 1) / 2)
        LANES(t)
            if (t < n / 2)
                sums[t] += sums[t + (n + 1) / 2];

    REAL sum = sums[0];
    WAIT_FOR_LANES; // before the next sum is written there
    return sum;
}

// The largest term(e) over e from 0 to count - 1, in all lanes.
template <class Term>
__device__ REAL largest_lanes(unsigned count, Term term)
{
    __shared__ REAL largest[mostLanes];
    LANES(t)
    {
        REAL m = term(0);
        for (unsigned e = t; e < count; e += blockDim.x)
            m = term(e) > m ? term(e) : m;
        largest[t] = m;
    }

    for (unsigned n = blockDim.x; n > 1; n = (n + 1) / 2)
        LANES(t)
            if (t < n / 2 && largest[t + (n + 1) / 2] > largest[t])
                largest[t] = largest[t + (n + 1) / 2];

    REAL m = largest[0];
    WAIT_FOR_LANES;
    return m;
}
