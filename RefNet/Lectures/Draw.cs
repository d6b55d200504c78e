using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>Tensors for replays.</summary>
internal static class Draw
{
    /// <summary>Standard normal values.</summary>
    public static Tensor<double> Normal(Random random, params ReadOnlySpan<int> extents)
    {
        Tensor<double> tensor = new(new Shape(extents));
        foreach (ref double value in tensor.Span)
            value = MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1);
        return tensor;
    }

    /// <summary>One row per label: 1 at the label, 0 elsewhere.</summary>
    public static Tensor<double> OneHot(int classes, params ReadOnlySpan<int> labels)
    {
        Tensor<double> target = new(new Shape(labels.Length, classes));
        for (int n = 0; n < labels.Length; n++)
            target[n, labels[n]] = 1;
        return target;
    }

    /// <summary>The largest difference between elements of two tensors.</summary>
    public static double Distance(Tensor<double> a, Tensor<double> b)
    {
        double largest = 0;
        for (int i = 0; i < a.Count; i++)
            largest = Math.Max(largest, Math.Abs(a.Values[i] - b.Values[i]));
        return largest;
    }
}
