using System.Numerics;
using RefNet.Data;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// The error of a network as a function of the size ε of the perturbation of <see cref="FastGradientSign"/>. Goodfellow et al. 2015, section 4; LECTURES V9.
/// </summary>
public static class AttackCurve
{
    /// <summary>The share of images that are misclassified once each is perturbed against its class.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="images">The images.</param>
    /// <param name="scaling">The scaling from bytes to the input.</param>
    /// <param name="epsilon">ε as a fraction of the range of a pixel, 0 or more.</param>
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
