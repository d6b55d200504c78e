using RefNet.Benchmarks.Work;
using static TorchSharp.torch;

namespace RefNet.Peers;

/// <summary>How images lie in memory: channel after channel, or the channels of each pixel together.</summary>
internal sealed record Layout(bool IsChannelsLast)
{
    /// <summary>Numbers spread evenly over ±scale/2.</summary>
    public Tensor Tensor(int seed, float scale, params long[] extents)
    {
        float[] numbers = new float[extents.Aggregate((a, b) => a * b)];
        Numbers.Fill(numbers, seed, scale);
        return Arrange(tensor(numbers, extents));
    }

    /// <summary>A copy of a tensor; of images or kernels in this layout.</summary>
    public Tensor Arrange(Tensor x)
    {
        if (!IsChannelsLast || x.dim() != 4)
            return x.clone();
        (long channels, long rows, long columns) = (x.shape[1], x.shape[2], x.shape[3]);
        return empty_strided(x.shape, [channels * rows * columns, 1, columns * channels, channels]).copy_(x);
    }

    /// <summary>Enough of some results to compare them.</summary>
    public static float[] Sample(params ReadOnlySpan<Tensor> results)
    {
        List<float> sample = [];
        foreach (Tensor result in results)
            Numbers.Sample(result.detach().contiguous().data<float>().ToArray(), sample);
        return [.. sample];
    }
}
