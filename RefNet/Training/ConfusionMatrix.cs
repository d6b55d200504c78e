namespace RefNet.Training;

/// <summary>How often each class was predicted for each true class, and the measures derived from it.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[,] counts;

    /// <summary>Creates an empty matrix.</summary>
    public ConfusionMatrix(int classes) => counts = new int[classes, classes];

    /// <summary>The number of classes.</summary>
    public int Classes => counts.GetLength(0);

    /// <summary>The number of samples of class <paramref name="actual"/> that were predicted as class <paramref name="predicted"/>.</summary>
    public int this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>The number of samples.</summary>
    public int Samples { get; private set; }

    /// <summary>The number of samples that were predicted as another class.</summary>
    public int Errors { get; private set; }

    /// <summary>Errors / samples, 0 to 1; NaN if there are no samples.</summary>
    public double ErrorRate => (double)Errors / Samples;

    /// <summary>Counts one sample.</summary>
    public void Add(int actual, int predicted)
    {
        counts[actual, predicted]++;
        Samples++;
        if (actual != predicted)
            Errors++;
    }

    /// <summary>The share of the samples predicted as a class that belong to it; NaN if there are none.</summary>
    public double Precision(int predicted) => (double)counts[predicted, predicted] / Enumerable.Range(0, Classes).Sum(actual => counts[actual, predicted]);

    /// <summary>The share of the samples of a class that were predicted as it; NaN if there are none.</summary>
    public double Recall(int actual) => (double)counts[actual, actual] / Enumerable.Range(0, Classes).Sum(predicted => counts[actual, predicted]);
}
