using NUnit.Framework;
using RefNet.Losses;
using RefNet.Tensors;
using RefNet.Verification;

namespace RefNet.Tests.Losses;

/// <summary>Finite differences of a loss with respect to each output, with the step and tolerance of the gradient checker.</summary>
internal static class LossCheck
{
    public static void GradientAgrees(Loss<double> loss, Tensor<double> y, Tensor<double> target)
    {
        loss.Forward(y, target);
        double[] gradient = loss.Backward().Span.ToArray();
        for (int i = 0; i < y.Count; i++)
        {
            double original = y.Span[i];
            y.Span[i] = original + GradientCheck.Step;
            double above = loss.Forward(y, target);
            y.Span[i] = original - GradientCheck.Step;
            double below = loss.Forward(y, target);
            y.Span[i] = original;
            GradientEntry entry = new(i, gradient[i], (above - below) / (2 * GradientCheck.Step));
            Assert.That(entry.Error, Is.LessThanOrEqualTo(GradientCheck.Tolerance), $"dL/dy[{i}]: {entry} for y = {y}, t = {target}");
        }
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
