using RefNet.Geometry;

namespace RefNet.Backends.Simd;

/// <summary>
/// One axis of a convolution, expressed as shifts: result m = sum over taps of w_tap source(m + shift_tap). At stride
/// S the source splits into S phases, phase p holding the elements p, p + S, p + 2S, ...: each tap reads one of them,
/// and reads it without gaps.
/// </summary>
internal sealed class TapShifts
{
    private TapShifts(int sources, int results, int[] taps, int[] phases, int[] shifts)
    {
        Sources = sources;
        Results = results;
        Taps = taps;
        Phases = taps.Length == 0 ? [0] : [.. phases.Distinct().Order()];
        PhaseOf = [.. phases.Select(phase => Array.IndexOf(Phases, phase))];
        Shifts = shifts;
        Before = taps.Length == 0 ? 0 : Math.Max(0, -shifts.Min());
        After = taps.Length == 0 ? 0 : Math.Max(0, results - 1 + shifts.Max() - (sources - 1));
        Line = Math.Max(Sources + Math.Max(Before, After), Results);
    }

    /// <summary>The largest number of elements of a phase of the source.</summary>
    public int Sources { get; }

    /// <summary>The number of results.</summary>
    public int Results { get; }

    /// <summary>The taps that are used.</summary>
    public int[] Taps { get; }

    /// <summary>The phases that are read, in ascending order.</summary>
    public int[] Phases { get; }

    /// <summary>For each tap used, which of <see cref="Phases"/> it reads.</summary>
    public int[] PhaseOf { get; }

    /// <summary>For each tap used, the element it reads for result 0; negative in the padding.</summary>
    public int[] Shifts { get; }

    /// <summary>The number of zeros needed before the source.</summary>
    public int Before { get; private set; }

    /// <summary>The number of zeros needed after the source.</summary>
    public int After { get; private set; }

    /// <summary>
    /// The distance between lines of the source in a plane: the zeros after one line are also those before the next.
    /// </summary>
    public int Line { get; private set; }

    /// <summary>Forward: output i reads input first_u + i S, which is element i + shift of the phase of first_u.</summary>
    /// <param name="window">The taps along the axis.</param>
    /// <param name="first">The input that a tap reads for output 0.</param>
    /// <param name="inputs">The extent of the input.</param>
    /// <param name="outputs">The extent of the output.</param>
    public static TapShifts Forward(Window window, Func<int, int> first, int inputs, int outputs)
    {
        int[] taps = [.. Enumerable.Range(0, window.Size)];
        int[] phases = [.. taps.Select(u => Phase(first(u), window.Stride))];
        int[] shifts = [.. taps.Select(u => (first(u) - phases[u]) / window.Stride)];
        return new TapShifts((inputs + window.Stride - 1) / window.Stride, outputs, taps, phases, shifts);
    }

    /// <summary>
    /// Backward, for the inputs of each phase: input phase + m S is read by the taps with the same phase, for output
    /// m + shift with shift = (phase - first_u) / S. All use the same zeros around the outputs, so that one copy
    /// serves all phases.
    /// </summary>
    /// <param name="window">The taps along the axis.</param>
    /// <param name="first">The input that a tap reads for output 0.</param>
    /// <param name="inputs">The extent of the input.</param>
    /// <param name="outputs">The extent of the output.</param>
    public static TapShifts[] Backward(Window window, Func<int, int> first, int inputs, int outputs)
    {
        TapShifts[] all = [.. Enumerable.Range(0, window.Stride).Select(phase => Backward(window, first, inputs, outputs, phase))];
        (int before, int after, int line) = (all.Max(shifts => shifts.Before), all.Max(shifts => shifts.After), all.Max(shifts => shifts.Results));
        foreach (TapShifts shifts in all)
            (shifts.Before, shifts.After, shifts.Line) = (before, after, Math.Max(outputs + Math.Max(before, after), line));
        return all;
    }

    private static TapShifts Backward(Window window, Func<int, int> first, int inputs, int outputs, int phase)
    {
        int[] taps = [.. Enumerable.Range(0, window.Size).Where(u => Phase(first(u), window.Stride) == phase)];
        int[] shifts = [.. taps.Select(u => (phase - first(u)) / window.Stride)];
        return new TapShifts(outputs, (inputs - phase + window.Stride - 1) / window.Stride, taps, [.. taps.Select(_ => 0)], shifts);
    }

    private static int Phase(int first, int stride) => ((first % stride) + stride) % stride;
}
