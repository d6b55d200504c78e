using RefNet.Tensors;

namespace RefNet.Benchmarks.Work;

internal static partial class Numbers
{
    /// <summary>A tensor of numbers uniform over ±scale/2.</summary>
    public static Tensor<float> Tensor(int seed, float scale, params ReadOnlySpan<int> extents)
    {
        Tensor<float> tensor = new(new Shape(extents));
        Fill(tensor.Span, seed, scale);
        return tensor;
    }

    /// <summary>Enough of some results to compare them.</summary>
    public static float[] Sample(params ReadOnlySpan<Tensor<float>> results)
    {
        List<float> sample = [];
        foreach (Tensor<float> result in results)
            Sample(result.Values, sample);
        return [.. sample];
    }
}
