using RefNet.Tensors;

namespace RefNet.Benchmarks.Work;

/// <summary>Numbers that look random and that worker.py makes too, so that nothing has to be sent; and what is compared.</summary>
internal static class Numbers
{
    // Of long results so many elements are compared, evenly spread.
    private const int MostCompared = 1 << 16;

    /// <summary>A tensor of numbers spread evenly over ±scale/2.</summary>
    public static Tensor<float> Tensor(int seed, float scale, params ReadOnlySpan<int> extents)
    {
        Tensor<float> tensor = new(new Shape(extents));
        Fill(tensor.Span, seed, scale);
        return tensor;
    }

    public static void Fill(Span<float> span, int seed, float scale)
    {
        for (int i = 0; i < span.Length; i++)
            span[i] = ((Hash(i, seed) >> 8) * (1f / (1 << 24)) - 0.5f) * scale;
    }

    /// <summary>Whole numbers from 0 to below <paramref name="limit"/>.</summary>
    public static int Whole(int i, int seed, int limit) => (int)((Hash(i, seed) >> 8) % (uint)limit);

    /// <summary>Enough of some results to compare them.</summary>
    public static float[] Sample(params ReadOnlySpan<Tensor<float>> results)
    {
        List<float> sample = [];
        foreach (Tensor<float> result in results)
        {
            int step = (result.Count + MostCompared - 1) / MostCompared | 1; // odd, so that no column is left out
            for (int i = 0; i < result.Count; i += step)
                sample.Add(result.Values[i]);
        }

        return [.. sample];
    }

    private static uint Hash(int i, int seed)
    {
        uint h = (uint)i * 2654435761u + (uint)seed * 2246822519u;
        h = (h ^ (h >> 15)) * 2246822519u;
        return h ^ (h >> 13);
    }
}
