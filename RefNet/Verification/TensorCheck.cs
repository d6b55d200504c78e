namespace RefNet.Verification;

/// <summary>Checks the gradient of a function with respect to one tensor.</summary>
internal sealed class TensorCheck
{
    // Where an entry fails, a kink may stand within the step: shorter steps may stop short of it.
    private static readonly double[] ShorterSteps = [GradientCheck.Step / 10, GradientCheck.Step / 100];

    private readonly Variable variable;
    private readonly Func<double> evaluate;
    private readonly int[] entries;

    /// <summary>
    /// Chooses the entries: all of them, or as many as <paramref name="maxEntries"/> says and those where the claimed gradient
    /// is not finite.
    /// </summary>
    public TensorCheck(Variable variable, Func<double> evaluate, int maxEntries, Random random)
    {
        this.variable = variable;
        this.evaluate = evaluate;
        entries = [.. Enumerable.Range(0, variable.Value.Count)];
        if (entries.Length > maxEntries)
        {
            random.Shuffle(entries);
            entries = [.. entries.Where((i, place) => place < maxEntries || !double.IsFinite(variable.Claimed.Span[i])).Order()];
        }
    }

    /// <summary>Compares the claimed gradient with the differences.</summary>
    public TensorReport Run()
    {
        double[] differences = [.. entries.Select(i => CentralDifference(i, GradientCheck.Step))];
        double floor = GradientEntry.ScaleFloor(differences.Max(Math.Abs));
        List<GradientEntry> compared = [];
        List<int> shortened = [];
        List<GradientKink> kinks = [];
        for (int k = 0; k < entries.Length; k++)
        {
            GradientEntry entry = Entry(entries[k], differences[k], floor);
            if (!entry.Agrees && ShorterSteps.Select(step => Entry(entry.Index, CentralDifference(entry.Index, step), floor))
                .FirstOrDefault(again => again.Agrees) is { } closer)
            {
                entry = closer;
                shortened.Add(entry.Index);
            }

            if (!entry.Agrees && Kink(entry, floor) is { } kink)
                kinks.Add(kink);
            else
                compared.Add(entry);
        }

        return new TensorReport(variable.Name, variable.Value.Shape, compared.Count, compared.MaxBy(entry => entry.Error), kinks, shortened)
        {
            Diagnosis = GradientDiagnosis.Of(compared, kinks.Count, variable.Before),
        };
    }

    /// <summary>The largest error of the entries, with another step.</summary>
    public double WorstError(double step)
    {
        double[] differences = [.. entries.Select(i => CentralDifference(i, step))];
        double floor = GradientEntry.ScaleFloor(differences.Max(Math.Abs));
        return entries.Zip(differences, (i, difference) => Entry(i, difference, floor).Error).Max();
    }

    private GradientEntry Entry(int index, double numeric, double floor) => new(index, variable.Claimed.Span[index], numeric, floor);

    private double CentralDifference(int i, double step)
    {
        double theta = variable.Value.Span[i];
        double above = theta + step;
        double below = theta - step;
        return (ValueAt(i, above) - ValueAt(i, below)) / (above - below); // the step as rounding left it
    }

    // One-sided slopes of second order, (4 f(h/2) - f(h) - 3 f(0)) / h: where the function is smooth the two sides agree
    // as well as the central difference does. An entry that fails lies more than the tolerance from the middle of the
    // two slopes, so that a claimed value between them shows a jump of the slope of twice the tolerance: a kink. A wrong
    // gradient where the function is smooth, or one outside the two slopes, is never excused.
    private GradientKink? Kink(GradientEntry entry, double floor)
    {
        double theta = variable.Value.Span[entry.Index];
        double centre = ValueAt(entry.Index, theta);
        double SlopeTo(double h) =>
            (4 * ValueAt(entry.Index, theta + h / 2) - ValueAt(entry.Index, theta + h) - 3 * centre) / h;

        double left = SlopeTo(-GradientCheck.Step);
        double right = SlopeTo(GradientCheck.Step);
        double margin = GradientCheck.Tolerance / 2 * Math.Max(floor, Math.Abs(entry.Analytic));
        bool between = entry.Analytic >= Math.Min(left, right) - margin && entry.Analytic <= Math.Max(left, right) + margin;
        return between && Math.Abs(right - left) > 2 * margin ? new GradientKink(entry.Index, entry.Analytic, left, right) : null;
    }

    private double ValueAt(int i, double theta)
    {
        Span<double> values = variable.Value.Span;
        double original = values[i];
        values[i] = theta;
        double value = evaluate();
        variable.Value.Span[i] = original;
        return value;
    }
}
