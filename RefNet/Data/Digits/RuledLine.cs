namespace RefNet.Data.Digits;

/// <summary>Vertically consecutive pixels of ink in one column.</summary>
internal readonly record struct Run(int Column, int Top, int Length)
{
    public double Middle => Top + (Length - 1) / 2.0;
}

/// <summary>A line from left to right: the columns that contain nothing but the line.</summary>
/// <param name="Runs">One run per such column.</param>
/// <param name="Middle">Its row in the middle of the picture.</param>
/// <param name="Crosses">Whether it crosses the picture from edge to edge.</param>
internal sealed record RuledLine(IReadOnlyList<Run> Runs, double Middle, bool Crosses)
{
    public int First => Runs[0].Column;

    public int Last => Runs[^1].Column;

    /// <summary>Collects the runs of a line.</summary>
    /// <param name="columns">The runs of each column.</param>
    /// <param name="ink">The ink of each pixel.</param>
    /// <param name="middle">The row in the middle of the picture.</param>
    /// <param name="slope">Rows per column.</param>
    /// <param name="thickest">The largest thickness of a line.</param>
    /// <returns>The line; null if there is none.</returns>
    public static RuledLine? Trace(Run[][] columns, Plane<float> ink, double middle, double slope, int thickest)
    {
        // Paper is not quite flat, and lenses distort.
        double tolerance = 2 + ink.Rows / 300.0;
        double Expected(int column) => middle + slope * (column - columns.Length / 2.0);
        Run[] Near() =>
        [
            .. from column in columns
               from run in column.OrderBy(run => Math.Abs(run.Middle - Expected(run.Column))).Take(1)
               where Math.Abs(run.Middle - Expected(run.Column)) <= tolerance && run.Length <= thickest
               select run,
        ];
        Run[] near = Near();
        (middle, slope) = Fit(near, columns.Length / 2.0, middle, slope);
        near = Near();
        if (near.Length == 0)
            return null;

        // Strokes along the line are thicker or darker than the line alone.
        double thickness = Quantile(near.Select(run => (double)run.Length), 0.5);
        double darkness = Quantile(near.Select(run => Darkness(ink, run)), 0.5);
        Run[] runs = [.. near.Where(run => run.Length <= 1.5 * thickness + 1 && Darkness(ink, run) <= 1.5 * darkness)];
        if (runs.Length == 0 || !IsFilled(runs, column => columns[column].Any(run => run.Top <= Expected(column) && Expected(column) <= run.Top + run.Length)))
            return null;
        int[] visible = [.. Enumerable.Range(0, columns.Length).Where(column => Expected(column) >= 0 && Expected(column) <= ink.Rows - 1)];
        bool crosses = visible.Length >= columns.Length / 2
            && runs[0].Column <= visible[0] + 0.06 * columns.Length && runs[^1].Column >= visible[^1] - 0.06 * columns.Length;
        return new RuledLine(runs, middle, crosses);
    }

    // A line is present in each quarter of its length, except for columns in which a stroke covers it. A stroke with specks in its
    // direction is not.
    private static bool IsFilled(Run[] runs, Func<int, bool> isInked)
    {
        (int first, int length) = (runs[0].Column, runs[^1].Column - runs[0].Column + 1);
        int[] filled = new int[4], empty = new int[4];
        HashSet<int> own = [.. runs.Select(run => run.Column)];
        for (int column = first; column < first + length; column++)
        {
            int quarter = 4 * (column - first) / length;
            if (own.Contains(column))
                filled[quarter]++;
            else if (!isInked(column))
                empty[quarter]++;
        }

        return runs.Length >= 0.2 * length && filled.Zip(empty).All(counts => counts.First >= 0.7 * (counts.First + counts.Second));
    }

    // The least-squares line through the midpoints of runs.
    private static (double Middle, double Slope) Fit(Run[] runs, double centre, double middle, double slope)
    {
        if (runs.Length < 3)
            return (middle, slope);
        double x = runs.Average(run => run.Column), y = runs.Average(run => run.Middle);
        double variance = runs.Sum(run => (run.Column - x) * (run.Column - x));
        slope = variance > 0 ? runs.Sum(run => (run.Column - x) * (run.Middle - y)) / variance : slope;
        return (y + slope * (centre - x), slope);
    }

    private static double Darkness(Plane<float> ink, Run run) => Enumerable.Range(run.Top, run.Length).Max(row => ink[row, run.Column]);

    private static double Quantile(IEnumerable<double> numbers, double share)
    {
        double[] sorted = [.. numbers.Order()];
        return sorted[(int)(share * (sorted.Length - 1))];
    }
}
