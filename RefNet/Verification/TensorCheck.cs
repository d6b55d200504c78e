namespace RefNet.Verification;

/// <summary>Checks the gradient of a function with respect to one tensor.</summary>
internal sealed class TensorCheck
{
    // The shortest step for an entry that fails: a deep network has kinks on both sides of most points, and the rounding
    // of a loss of about 1 is still below the tolerance. And the shortest that shows the order of the error.
    private const double ShortestTried = 0.99e-9;
    private const double ShortestShown = 0.99e-6;

    private readonly Variable variable;
    private readonly Func<double[]> evaluate;
    private readonly int[] entries;

    /// <summary>
    /// Chooses the entries: all of them, or at most <paramref name="maxEntries"/>, and always those where the claimed gradient
    /// is not finite.
    /// </summary>
    public TensorCheck(Variable variable, Func<double[]> evaluate, int maxEntries, Random random)
    {
        this.variable = variable;
        this.evaluate = evaluate;
        entries = [.. Enumerable.Range(0, variable.Value.Count)];
        if (entries.Length > maxEntries)
        {
            random.Shuffle(entries);
            entries = [.. entries.Where((i, place) => place < maxEntries || !double.IsFinite(variable.Claimed.Values[i])).Order()];
        }
    }

    /// <summary>Compares the claimed gradient with the differences.</summary>
    public TensorReport Run()
    {
        Slope[] slopes = [.. entries.Select(i => Central(i, StepSize.First(variable.Value.Values[i])))];
        double floor = GradientEntry.ScaleFloor(slopes.Max(slope => Math.Abs(slope.Value)));
        List<GradientEntry> compared = [];
        List<int> shortened = [];
        List<GradientKink> kinks = [];
        for (int k = 0; k < entries.Length; k++)
        {
            double step = StepSize.First(variable.Value.Values[entries[k]]);
            GradientEntry entry = Entry(entries[k], slopes[k].Value, floor);
            double longer = StepSize.AgainstRounding(step, slopes[k].Rounding, GradientCheck.Tolerance * entry.Scale);
            if (longer > step && Entry(entry.Index, Central(entry.Index, longer).Value, floor) is { } again && !(again.Error > entry.Error))
                (entry, step) = (again, longer);
            if (!entry.Agrees && WithShorterStep(entry, step) is { } closer)
            {
                entry = closer;
                shortened.Add(entry.Index);
            }

            if (!entry.Agrees && Kink(entry, step, floor) is { } kink)
                kinks.Add(kink);
            else
                compared.Add(AgainstOverwriting(entry, step));
        }

        GradientEntry? worst = compared.MaxBy(entry => entry.Error);
        GradientConvergence? convergence = worst is null ? null : new(variable.Name, [.. StepsAt(worst.Index).Select(step => Point(step, [worst.Index]))]);
        return new TensorReport(variable.Name, variable.Value.Shape, compared.Count, worst, kinks, shortened)
        {
            Convergence = convergence,
            IsZero = kinks.Count == 0 && compared.All(entry => entry.Analytic == 0 && entry.Agrees),
            Diagnosis = GradientDiagnosis.Of(compared, kinks.Count, variable.Before, convergence),
        };
    }

    /// <summary>The largest error of the entries at another step.</summary>
    public ConvergencePoint Point(double step) => Point(step, entries);

    private ConvergencePoint Point(double step, int[] of)
    {
        Slope[] slopes = [.. of.Select(i => Central(i, step * StepSize.Scale(variable.Value.Values[i])))];
        double floor = GradientEntry.ScaleFloor(slopes.Max(slope => Math.Abs(slope.Value)));
        return of.Zip(slopes, (i, slope) => (Entry: Entry(i, slope.Value, floor), slope.Rounding))
            .Select(compared => new ConvergencePoint(step, compared.Entry.Error, compared.Rounding / compared.Entry.Scale)).MaxBy(point => point.Error)!;
    }

    // A tenth, a hundredth ... of max(1, |θ|).
    private IEnumerable<double> StepsAt(int i) =>
        Enumerable.Range(1, 30).Select(digits => Math.Pow(10, -digits)).TakeWhile(step => step * StepSize.Scale(variable.Value.Values[i]) > ShortestShown);

    // There may be a kink or a sharp bend within the step: a shorter step may stop before it, down to where rounding dominates.
    // Returns the entry with the smallest error.
    private GradientEntry? WithShorterStep(GradientEntry entry, double step)
    {
        GradientEntry? closest = null;
        for (double shorter = step / 10; shorter > ShortestTried; shorter /= 10)
        {
            Slope slope = Central(entry.Index, shorter);
            GradientEntry closer = entry with { Numeric = slope.Value };
            if (closer.Agrees && slope.Rounding <= GradientCheck.Tolerance * closer.Scale && !(closest?.Error <= closer.Error))
                closest = closer;
        }

        return closest;
    }

    // Where Backward overwrites, the claimed value plus the previous gradient is the slope: a kink within the first step must not hide that.
    private GradientEntry AgainstOverwriting(GradientEntry entry, double step)
    {
        GradientEntry given = entry with { Analytic = entry.Analytic + variable.Before.Values[entry.Index] };
        return entry.Agrees || given.Agrees || WithShorterStep(given, step) is not { } closer ? entry : entry with { Numeric = closer.Numeric };
    }

    private GradientEntry Entry(int index, double numeric, double floor) => new(index, variable.Claimed.Values[index], numeric, floor);

    private Slope Central(int i, double step)
    {
        double theta = variable.Value.Values[i];
        return Between(i, theta - step, theta + step);
    }

    private Slope Between(int i, double from, double to)
    {
        double[] start = TermsAt(i, from), end = TermsAt(i, to);
        double difference = 0, outputs = 0;
        for (int k = 0; k < start.Length; k++)
        {
            if (start[k].Equals(end[k]))
                continue;
            difference += end[k] - start[k];
            outputs += Math.Max(Math.Abs(start[k]), Math.Abs(end[k]));
        }

        return new Slope(difference / (to - from), StepSize.Rounding(outputs, Math.Abs(to - from))); // the step after rounding
    }

    // Between several nearby kinks, a shorter step includes only the nearest.
    private GradientKink? Kink(GradientEntry entry, double step, double floor)
    {
        for (; step / 10 > ShortestTried; step /= 10)
        {
            if (KinkWithin(entry, step, floor) is { } kink)
                return kink;
        }

        return null;
    }

    // One-sided slopes of second order, 2 (f(h/2) - f(0)) / (h/2) - (f(h) - f(0)) / h: where the function is smooth the two sides
    // agree as well as the central difference does. An entry that fails differs from the mean of the two slopes by more than
    // the tolerance, so a claimed value between them shows a jump of the slope of twice the tolerance: a kink, if a shorter step
    // finds the same two slopes, and rounding cannot have caused the jump. A wrong gradient where the function is smooth, or one
    // outside the two slopes, is never excused.
    private GradientKink? KinkWithin(GradientEntry entry, double step, double floor)
    {
        double theta = variable.Value.Values[entry.Index];
        double rounding = 0;
        double SlopeTo(double h)
        {
            (Slope half, Slope whole) = (Between(entry.Index, theta, theta + h / 2), Between(entry.Index, theta, theta + h));
            rounding += 2 * half.Rounding + whole.Rounding;
            return 2 * half.Value - whole.Value;
        }

        double left = SlopeTo(-step), right = SlopeTo(step);
        double margin = GradientCheck.Tolerance / 2 * Math.Max(floor, Math.Abs(entry.Analytic));
        bool between = entry.Analytic >= Math.Min(left, right) - margin && entry.Analytic <= Math.Max(left, right) + margin;
        if (!between || !(Math.Abs(right - left) > 2 * margin))
            return null;
        double moved = Math.Max(Math.Abs(SlopeTo(-step / 10) - left), Math.Abs(SlopeTo(step / 10) - right));
        return Math.Max(moved, rounding) < Math.Abs(right - left) / 4 ? new GradientKink(entry.Index, entry.Analytic, left, right) : null;
    }

    private double[] TermsAt(int i, double theta)
    {
        double original = variable.Value.Values[i];
        variable.Value.Span[i] = theta;
        try
        {
            return evaluate();
        }
        finally
        {
            variable.Value.Span[i] = original;
        }
    }
}
