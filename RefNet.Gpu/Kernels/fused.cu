// Elementwise kernels that follow one another, in one launch: every result is written as by the kernels by themselves, but not read again.
// KernelFusion.cs finds them: the arguments are those of the first, then those of the next without the result of the first. After elements.cu and
// channels.cu, whose functions they use.
#include "common.cuh"

// y_nc(p) += b_c, z = f(y).
KERNEL add_to_channels_map(unsigned count, Divisor positions, Divisor channels, const REAL* b, REAL* y, int f, REAL a, REAL* z)
{
    FOR_EACH(e, count)
    {
        REAL value = y[e] + b[e / positions % channels];
        y[e] = value;
        z[e] = value_of(f, a, value);
    }
}

// y = the normalised x, z = f(y).
KERNEL normalize_map(
    unsigned count, Divisor positions, Divisor channels, const REAL* x, const REAL* gamma, const REAL* beta,
    REAL epsilon, const REAL* mu, const REAL* sigma2, REAL* y, int f, REAL a, REAL* z)
{
    FOR_EACH(e, count)
    {
        REAL value = normalized(e / positions % channels, x[e], gamma, beta, epsilon, mu, sigma2);
        y[e] = value;
        z[e] = value_of(f, a, value);
    }
}

// y = the normalised x, s = y + other.
KERNEL normalize_add(
    unsigned count, Divisor positions, Divisor channels, const REAL* x, const REAL* gamma, const REAL* beta,
    REAL epsilon, const REAL* mu, const REAL* sigma2, REAL* y, const REAL* other, REAL* s)
{
    FOR_EACH(e, count)
    {
        REAL value = normalized(e / positions % channels, x[e], gamma, beta, epsilon, mu, sigma2);
        y[e] = value;
        s[e] = value + other[e];
    }
}

// y = the normalised x, s = y + other, z = f(s).
KERNEL normalize_add_map(
    unsigned count, Divisor positions, Divisor channels, const REAL* x, const REAL* gamma, const REAL* beta,
    REAL epsilon, const REAL* mu, const REAL* sigma2, REAL* y, const REAL* other, REAL* s, int f, REAL a, REAL* z)
{
    FOR_EACH(e, count)
    {
        REAL value = normalized(e / positions % channels, x[e], gamma, beta, epsilon, mu, sigma2);
        y[e] = value;
        value += other[e];
        s[e] = value;
        z[e] = value_of(f, a, value);
    }
}

// c = a + b, z = f(c).
KERNEL add_map(unsigned count, const REAL* a, const REAL* b, REAL* c, int f, REAL parameter, REAL* z)
{
    FOR_EACH(e, count)
    {
        REAL value = a[e] + b[e];
        c[e] = value;
        z[e] = value_of(f, parameter, value);
    }
}
