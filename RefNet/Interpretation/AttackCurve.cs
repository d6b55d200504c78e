using System.Numerics;
using RefNet.Data;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// How the error of a network grows with the size ε of the disturbance of <see cref="FastGradientSign"/>. Goodfellow et al. 2015, section 4; LECTURES V9.
/// </summary>
public static class AttackCurve
{
    /// <summary>The share of images that are taken for something else than their class, once each is disturbed against it.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="images">The images.</param>
    /// <param name="scaling">How they become the input.</param>
    /// <param name="epsilon">ε as a share of the range of a pixel, 0 or more.</param>
    public static double ErrorRate<T>(ClassScores<T> scores, ImageSet images, PixelScaling scaling, double epsilon) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int errors = 0;
        foreach (Batch<T> batch in new Batches<T>(images, scaling, batchSize: 100).InOrder())
        {
            int[] classes = [.. batch.Labels];
            Tensor<T> disturbed = FastGradientSign.Of(scores, batch.Images, classes, epsilon, scaling);
            errors += scores.Decide(disturbed).Zip(classes).Count(pair => pair.First != pair.Second);
        }

        return errors / (double)images.Count;
    }
}
