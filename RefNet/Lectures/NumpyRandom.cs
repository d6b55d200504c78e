using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>
/// Normal numbers of numpy's RandomState(seed).randn: the Mersenne Twister (Matsumoto and Nishimura 1998) and
/// the polar method (Marsaglia and Bray 1964), so that numbers printed on slides can be reproduced.
/// </summary>
internal sealed class NumpyRandom
{
    private const int Length = 624;
    private const int Middle = 397;

    private readonly uint[] state = new uint[Length];
    private int next = Length;
    private double? spare;

    public NumpyRandom(uint seed)
    {
        state[0] = seed;
        for (uint i = 1; i < Length; i++)
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
    }

    /// <summary>A matrix of standard normal values, row by row.</summary>
    public Tensor<double> Normal(int rows, int columns)
    {
        Tensor<double> tensor = new(new Shape(rows, columns));
        foreach (ref double value in tensor.Span)
            value = Normal();
        return tensor;
    }

    // A point in the unit circle gives two independent numbers; the second one is returned first.
    private double Normal()
    {
        if (spare is { } kept)
        {
            spare = null;
            return kept;
        }

        double a, b, square;
        do
        {
            a = 2 * Uniform() - 1;
            b = 2 * Uniform() - 1;
            square = a * a + b * b;
        }
        while (square is >= 1 or 0);

        double factor = Math.Sqrt(-2 * Math.Log(square) / square);
        spare = factor * a;
        return factor * b;
    }

    // 53 random bits as a number in [0, 1).
    private double Uniform()
    {
        ulong high = Next() >> 5;
        ulong low = Next() >> 6;
        return ((high << 26) + low) / (double)(1UL << 53);
    }

    private uint Next()
    {
        if (next == Length)
            Twist();
        uint y = state[next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (int i = 0; i < Length; i++)
        {
            uint mixed = (state[i] & 0x80000000) | (state[(i + 1) % Length] & 0x7FFFFFFF);
            state[i] = state[(i + Middle) % Length] ^ (mixed >> 1) ^ (mixed % 2 == 0 ? 0 : 0x9908B0DF);
        }

        next = 0;
    }
}
