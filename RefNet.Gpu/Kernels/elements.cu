// Elementwise operations.
#include "common.cuh"

// x = value.
KERNEL fill(unsigned count, REAL value, REAL* x)
{
    FOR_EACH(e, count)
        x[e] = value;
}

// y = x.
KERNEL copy(unsigned count, const REAL* x, REAL* y)
{
    FOR_EACH(e, count)
        y[e] = x[e];
}

// c = a + b.
KERNEL add(unsigned count, const REAL* a, const REAL* b, REAL* c)
{
    FOR_EACH(e, count)
        c[e] = a[e] + b[e];
}

// c = a b.
KERNEL multiply(unsigned count, const REAL* a, const REAL* b, REAL* c)
{
    FOR_EACH(e, count)
        c[e] = a[e] * b[e];
}

// x = s x.
KERNEL scale(unsigned count, REAL s, REAL* x)
{
    FOR_EACH(e, count)
        x[e] *= s;
}

// a = a + s (f b - a).
KERNEL average(unsigned count, REAL s, REAL f, const REAL* b, REAL* a)
{
    FOR_EACH(e, count)
        a[e] += s * (f * b[e] - a[e]);
}

// theta = theta - eta (g + 2 lambda theta).
KERNEL descent_step(unsigned count, REAL eta, REAL twoLambda, const REAL* g, REAL* theta)
{
    FOR_EACH(e, count)
        theta[e] -= eta * (g[e] + twoLambda * theta[e]);
}

// v = mu v + (g + 2 lambda theta), then theta = theta - eta v.
KERNEL momentum_step(unsigned count, REAL mu, REAL eta, REAL twoLambda, const REAL* g, REAL* v, REAL* theta)
{
    FOR_EACH(e, count)
    {
        v[e] = mu * v[e] + (g[e] + twoLambda * theta[e]);
        theta[e] -= eta * v[e];
    }
}

// v = mu v + h, then theta = theta - eta (h + mu v), with h = g + 2 lambda theta.
KERNEL nesterov_step(unsigned count, REAL mu, REAL eta, REAL twoLambda, const REAL* g, REAL* v, REAL* theta)
{
    FOR_EACH(e, count)
    {
        REAL h = g[e] + twoLambda * theta[e];
        v[e] = mu * v[e] + h;
        theta[e] -= eta * (h + mu * v[e]);
    }
}

// m = beta1 m + (1 - beta1) h, v = beta2 v + (1 - beta2) h^2, then theta = theta - eta m / (sqrt(v) / r + delta), with
// h = g + 2 lambda theta.
KERNEL adam_step(unsigned count, REAL beta1, REAL beta2, REAL eta, REAL r, REAL delta, REAL twoLambda, const REAL* g, REAL* m, REAL* v, REAL* theta)
{
    FOR_EACH(e, count)
    {
        REAL h = g[e] + twoLambda * theta[e];
        m[e] = beta1 * m[e] + (1 - beta1) * h;
        v[e] = beta2 * v[e] + (1 - beta2) * h * h;
        theta[e] -= eta * m[e] / (sqrt(v[e]) / r + delta);
    }
}

// The functions of ElementFunction, in its order.
enum { Other, ReLU, LeakyReLU, Elu, Tanh, ScaledTanh, Sigmoid, Softplus, InversePower };

// A tanh(S x), with LeCun's constants.
const REAL A = (REAL)1.7159, S = (REAL)(2.0 / 3);

// y = f(x); a is the parameter of f.
__device__ REAL value_of(int f, REAL a, REAL x)
{
    switch (f)
    {
        case ReLU: return x > 0 || x != x ? x : 0; // a NaN stays one
        case LeakyReLU: return x > 0 ? x : a * x;
        case Elu: return x > 0 ? x : a * expm1(x);
        case Tanh: return tanh(x);
        case ScaledTanh: return A * tanh(x * S);
        case Sigmoid: return 1 / (1 + exp(-x));
        case InversePower: return x < 0 ? 1 : exp(-a * log1p(x));
        default: return (x > 0 ? x : 0) + log1p(exp(-fabs(x))); // Softplus
    }
}

// f'(x), where y = f(x).
__device__ REAL slope_of(int f, REAL a, REAL x, REAL y)
{
    switch (f)
    {
        case ReLU: return y > 0 ? 1 : 0;
        case LeakyReLU: return x > 0 ? 1 : a;
        case Elu: return x > 0 ? 1 : y + a;
        case Tanh: return 1 - y * y;
        case ScaledTanh: return S / A * (A + y) * (A - y);
        case Sigmoid: return (1 - y) * y;
        case InversePower: return x < 0 ? 0 : -a * y / (1 + x);
        default: return 1 / (1 + exp(-x)); // Softplus
    }
}

// y = f(x).
KERNEL map(unsigned count, int f, REAL a, const REAL* x, REAL* y)
{
    FOR_EACH(e, count)
        y[e] = value_of(f, a, x[e]);
}

// dx = dy f'(x).
KERNEL map_gradient(unsigned count, int f, REAL a, const REAL* x, const REAL* y, const REAL* dy, REAL* dx)
{
    FOR_EACH(e, count)
        dx[e] = dy[e] * slope_of(f, a, x[e], y[e]);
}

typedef unsigned long long Bits;

// The i-th number, from 0, of SplitMix64 from a seed.
__device__ Bits split_mix(Bits seed, Bits i)
{
    Bits z = seed + (i + 1) * 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

// Element i of sample n is 0 where the i-th number of the stream Seeds.Derive(seed, draw, n) is below the threshold in its
// low 32 bits, and kept elsewhere.
KERNEL draw_mask(unsigned count, Divisor perSample, int seed, int draw, unsigned threshold, REAL kept, REAL* mask)
{
    Bits stream = split_mix(split_mix((unsigned)seed, 0) ^ (Bits)(long long)draw, 0);
    FOR_EACH(e, count)
    {
        Bits sample = (Bits)(long long)(int)split_mix(stream ^ (e / perSample), 0);
        mask[e] = (unsigned)split_mix(sample, e % perSample) < threshold ? 0 : kept;
    }
}
