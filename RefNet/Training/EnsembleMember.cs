using System.Numerics;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Data.Preparation;
using RefNet.Losses;

namespace RefNet.Training;

/// <summary>A network of an ensemble, with what its inputs need.</summary>
/// <param name="Network">The network.</param>
/// <param name="Loss">Its loss, which turns its outputs into probabilities.</param>
/// <param name="Scaling">How bytes become numbers.</param>
/// <param name="Preparation">What was learnt from its training images to prepare inputs, or null.</param>
public sealed record EnsembleMember<T>(Network<T> Network, ClassificationLoss<T> Loss, PixelScaling Scaling, InputPreparation<T>? Preparation = null)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The probability of each class for each image, image by image.</summary>
    /// <exception cref="InputException">Its loss has no probabilities.</exception>
    internal double[] Probabilities(ImageSet images, CancellationToken cancellation)
    {
        int classes = images.ClassNames.Count;
        double[] all = new double[images.Count * classes];
        T[] probabilities = new T[classes];
        int image = 0;
        Evaluation.Run(Network, Loss, images, Scaling, cancellation, Preparation, (batch, y) =>
        {
            for (int n = 0; n < batch.Count; n++, image++)
            {
                if (!Loss.TryGetProbabilities(y.Sample(n), probabilities))
                    throw new InputException($"Networks decide together by their probabilities, which {Loss.Name} does not give; choose models that are trained with another loss.");
                for (int c = 0; c < classes; c++)
                    all[image * classes + c] = double.CreateChecked(probabilities[c]);
            }
        });
        return all;
    }
}
