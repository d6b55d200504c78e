namespace RefNet.Training;

/// <summary>
/// Whether the probabilities of a network can be trusted: of the predictions with probability p, the share p should
/// be right. Predictions are sorted by the probability of the predicted class into M bins ((m - 1)/M, m/M]; the
/// expected calibration error is sum_m n_m/n |accuracy_m - confidence_m|. Guo et al. 2017, equations 2 and 3.
/// </summary>
public sealed class Calibration
{
    private readonly int[] counts, right;
    private readonly double[] confidences;

    /// <summary>Creates an empty calibration.</summary>
    /// <param name="bins">M, 1 or more.</param>
    public Calibration(int bins = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        (counts, right, confidences) = (new int[bins], new int[bins], new double[bins]);
    }

    /// <summary>M.</summary>
    public int Bins => counts.Length;

    /// <summary>n.</summary>
    public int Samples { get; private set; }

    /// <summary>0 where the probabilities are right, 1 at most; NaN without predictions.</summary>
    public double ExpectedError => Samples == 0 ? double.NaN
        : Enumerable.Range(0, Bins).Where(bin => counts[bin] > 0).Sum(bin => (double)counts[bin] / Samples * Math.Abs(Accuracy(bin) - Confidence(bin)));

    /// <summary>The mean probability of the predicted classes minus the accuracy: above 0 where the network is overconfident.</summary>
    public double Overconfidence => (confidences.Sum() - right.Sum()) / Samples;

    /// <summary>n_m, the number of predictions in a bin.</summary>
    public int Count(int bin) => counts[bin];

    /// <summary>The accuracy in a bin; NaN if it is empty.</summary>
    public double Accuracy(int bin) => (double)right[bin] / counts[bin];

    /// <summary>The mean probability in a bin; NaN if it is empty.</summary>
    public double Confidence(int bin) => confidences[bin] / counts[bin];

    /// <summary>Counts one prediction.</summary>
    /// <param name="confidence">The probability of the predicted class, 0 to 1; rounding may leave it a little outside.</param>
    /// <param name="isRight">Whether the predicted class is the true one.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not a number.</exception>
    public void Add(double confidence, bool isRight)
    {
        if (double.IsNaN(confidence))
            throw new ArgumentOutOfRangeException(nameof(confidence), "A probability is not a number.");
        double p = Math.Clamp(confidence, 0, 1);
        int bin = Math.Max(0, (int)Math.Ceiling(p * Bins) - 1);
        counts[bin]++;
        confidences[bin] += p;
        if (isRight)
            right[bin]++;
        Samples++;
    }
}
