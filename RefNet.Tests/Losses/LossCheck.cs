using RefNet.Losses;
using RefNet.Tensors;
using RefNet.Verification;

namespace RefNet.Tests.Losses;

/// <summary>What the tests of several losses need.</summary>
internal static class LossCheck
{
    /// <summary>Checks a gradient; it may vanish everywhere, where every sample is classified correctly.</summary>
    public static void GradientAgrees(Loss<double> loss, Tensor<double> y, Tensor<double> target)
    {
        GradientReport report = GradientCheck.Run(loss, y, target);
        if (!report.ProvesNothing)
            report.EnsurePassed();
    }

    /// <summary>Rows that are 1 at a class and 0 elsewhere.</summary>
    public static Tensor<double> OneHot(int classes, params int[] labels)
    {
        Tensor<double> target = new(new Shape(labels.Length, classes));
        for (int n = 0; n < labels.Length; n++)
            target[n, labels[n]] = 1;
        return target;
    }
}
