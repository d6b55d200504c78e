using System.Diagnostics;
using System.Numerics;
using RefNet.Data;

namespace RefNet.Training;

/// <summary>
/// Networks that decide together, each on several views of an image: the mean of the probabilities of a class over all networks and
/// views (LECTURES T12; Krizhevsky et al. 2012, section 4.1, average ten crops; Cireşan et al. 2012 average networks).
/// </summary>
/// <remarks>
/// Cross-entropy -ln p is convex in p, so the loss of the mean is at most the mean of the losses (Jensen). This does
/// not hold for the number of errors, which usually falls.
/// </remarks>
/// <param name="Alone">The results of each network on the images as they are.</param>
/// <param name="WithViews">The results of each network over all views.</param>
/// <param name="Together">The results of all networks over all views.</param>
public sealed record Ensemble(IReadOnlyList<Evaluation> Alone, IReadOnlyList<Evaluation> WithViews, Evaluation Together)
{
    /// <summary>Tests networks alone and together. The loss is cross-entropy, whatever each was trained with.</summary>
    /// <param name="members">The networks, one or more.</param>
    /// <param name="images">The images.</param>
    /// <param name="views">The views of each image; the first is the image as it is.</param>
    /// <param name="cancellation">A request to stop.</param>
    /// <exception cref="InputException">The loss of a network has no probabilities.</exception>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public static Ensemble Run<T>(IReadOnlyList<EnsembleMember<T>> members, ImageSet images, IReadOnlyList<ImageView> views, CancellationToken cancellation = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long start = Stopwatch.GetTimestamp();
        List<Evaluation> alone = [], withViews = [];
        double[] together = new double[images.Count * images.ClassNames.Count];
        foreach (EnsembleMember<T> member in members)
        {
            long memberStart = Stopwatch.GetTimestamp();
            double[] sum = new double[together.Length];
            foreach (ImageView view in views)
            {
                Add(member.Probabilities(view.Of(images), cancellation), sum);
                if (alone.Count == withViews.Count)
                    alone.Add(Evaluate(sum, images, Stopwatch.GetElapsedTime(memberStart)));
            }

            withViews.Add(Evaluate(sum, images, Stopwatch.GetElapsedTime(memberStart)));
            Add(sum, together);
        }

        return new Ensemble(alone, withViews, Evaluate(together, images, Stopwatch.GetElapsedTime(start)));
    }

    private static void Add(double[] probabilities, double[] sum)
    {
        for (int i = 0; i < sum.Length; i++)
            sum[i] += probabilities[i];
    }

    // Evaluates sums of probabilities; those of an image are divided by their sum.
    private static Evaluation Evaluate(double[] sums, ImageSet images, TimeSpan elapsed)
    {
        int classes = images.ClassNames.Count;
        ConfusionMatrix confusion = new(classes);
        double loss = 0;
        for (int n = 0; n < images.Count; n++)
        {
            ReadOnlySpan<double> p = sums.AsSpan(n * classes, classes);
            double total = 0;
            int largest = 0;
            for (int c = 0; c < classes; c++)
            {
                total += p[c];
                largest = p[c] > p[largest] ? c : largest;
            }

            confusion.Add(images.Labels[n], largest);
            loss -= Math.Log(p[images.Labels[n]] / total);
        }

        return new Evaluation(loss / images.Count, confusion, elapsed);
    }
}
