using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>A step of gradient ascent on an image.</summary>
internal static class Climbing
{
    /// <summary>x += rate g / mean |g|, clamped to low ... high. Where g is zero, x does not change.</summary>
    public static void Step<T>(Tensor<T> x, Tensor<T> g, double rate, double low, double high) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double mean = 0;
        foreach (T slope in g.Values)
            mean += Math.Abs(double.CreateChecked(slope)) / g.Count;
        if (mean == 0)
            return;
        (T scale, T least, T most) = (T.CreateChecked(rate / mean), T.CreateChecked(low), T.CreateChecked(high));
        for (int i = 0; i < x.Count; i++)
            x.Span[i] = T.Clamp(x.Values[i] + scale * g.Values[i], least, most);
    }
}
