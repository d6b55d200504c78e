namespace RefNet.Training;

/// <summary>How often each class was taken for each class, and the measures that follow from it.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[,] counts;

    /// <summary>Makes an empty matrix.</summary>
    public ConfusionMatrix(int classes) => counts = new int[classes, classes];

    /// <summary>The number of classes.</summary>
    public int Classes => counts.GetLength(0);

    /// <summary>How many samples of class <paramref name="actual"/> were taken for class <paramref name="decided"/>.</summary>
    public int this[int actual, int decided] => counts[actual, decided];

    /// <summary>The number of samples.</summary>
    public int Samples { get; private set; }

    /// <summary>The number of samples that were taken for another class.</summary>
    public int Errors { get; private set; }

    /// <summary>Errors / samples, 0 to 1; NaN where there is no sample.</summary>
    public double ErrorRate => (double)Errors / Samples;

    /// <summary>Counts one sample.</summary>
    public void Add(int actual, int decided)
    {
        counts[actual, decided]++;
        Samples++;
        if (actual != decided)
            Errors++;
    }

    /// <summary>Of the samples taken for a class, the share that belongs to it; NaN where none was.</summary>
    public double Precision(int decided) => (double)counts[decided, decided] / Enumerable.Range(0, Classes).Sum(actual => counts[actual, decided]);

    /// <summary>Of the samples of a class, the share that was taken for it; NaN where there is none.</summary>
    public double Recall(int actual) => (double)counts[actual, actual] / Enumerable.Range(0, Classes).Sum(decided => counts[actual, decided]);
}
