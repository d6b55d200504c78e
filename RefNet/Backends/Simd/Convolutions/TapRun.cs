namespace RefNet.Backends.Simd;

/// <summary>
/// Neighbouring inputs, along one axis of a convolution of stride 1, that are read by the same taps; taps that would
/// read them only for outputs beyond the border do not count.
/// </summary>
/// <param name="First">The first of these inputs.</param>
/// <param name="End">One past the last.</param>
/// <param name="FirstTap">The first tap that reads them.</param>
/// <param name="EndTap">One past the last; taps are in order along the axis, so every tap in between reads them too.</param>
internal readonly record struct TapRun(int First, int End, int FirstTap, int EndTap)
{
    /// <summary>The number of taps.</summary>
    public int Taps => EndTap - FirstTap;

    /// <summary>The same inputs in runs of at most the given length.</summary>
    public IEnumerable<TapRun> Cut(int most)
    {
        for (int first = First; first < End; first += most)
            yield return this with { First = first, End = Math.Min(End, first + most) };
    }

    /// <summary>All inputs in runs. Tap u reads input first(u) for output 0, and the following inputs for the next outputs.</summary>
    public static TapRun[] Of(int taps, Func<int, int> first, int inputs, int outputs)
    {
        List<TapRun> runs = [];
        for (int input = 0; input < inputs; input++)
        {
            int[] reading = [.. Enumerable.Range(0, taps).Where(u => input >= first(u) && input < first(u) + outputs)];
            TapRun run = reading.Length == 0 ? new(input, input + 1, 0, 0) : new(input, input + 1, reading[0], reading[^1] + 1);
            if (runs.Count > 0 && (runs[^1].FirstTap, runs[^1].EndTap) == (run.FirstTap, run.EndTap))
                runs[^1] = runs[^1] with { End = run.End };
            else
                runs.Add(run);
        }

        return [.. runs];
    }
}
