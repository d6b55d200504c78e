using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Verification;

/// <summary>One entry of a tensor: the results of Backward and of the finite differences.</summary>
/// <param name="Index">Its row-major index, from 0.</param>
/// <param name="Analytic">The gradient from Backward.</param>
/// <param name="Numeric">The central difference.</param>
/// <param name="Floor">The smallest denominator of the error; see <see cref="Error"/>.</param>
public sealed record GradientEntry(int Index, double Analytic, double Numeric, double Floor)
{
    /// <summary>|analytic - numeric|.</summary>
    public double AbsoluteError => Math.Abs(Analytic - Numeric);

    /// <summary>|analytic - numeric| / max(|analytic|, |numeric|); 0 where both are 0.</summary>
    public double RelativeError => AbsoluteError == 0 ? 0 : AbsoluteError / Math.Max(Math.Abs(Analytic), Math.Abs(Numeric));

    /// <summary>
    /// |analytic - numeric| / max(floor, |analytic|, |numeric|), infinite where either is not finite. The floor is 1;
    /// where the largest gradient g of the tensor is below 1e-3, it is 1000 g + 0.01, so that small gradients cannot hide
    /// behind the 1. (A difference of 1e-6 x 0.01 = 1e-8 is still an order of magnitude above the rounding of the differences.)
    /// </summary>
    public double Error =>
        double.IsFinite(Analytic) && double.IsFinite(Numeric) ? AbsoluteError / Scale : double.PositiveInfinity;

    /// <summary>The denominator of the error.</summary>
    internal double Scale => Math.Max(Floor, Math.Max(Math.Abs(Analytic), Math.Abs(Numeric)));

    /// <summary>Whether the error is within the tolerance.</summary>
    public bool Agrees => Error <= GradientCheck.Tolerance;

    internal static double ScaleFloor(double largest) => Math.Min(1, 1000 * largest + 0.01);
}

/// <summary>An entry where the function has no derivative, such as ReLU at 0: Backward's value lies between the two slopes.</summary>
/// <param name="Index">Its row-major index, from 0.</param>
/// <param name="Analytic">The gradient from Backward.</param>
/// <param name="Left">The slope to the left.</param>
/// <param name="Right">The slope to the right.</param>
public sealed record GradientKink(int Index, double Analytic, double Left, double Right);

/// <summary>The result of a gradient check for the input or for one parameter.</summary>
/// <param name="Name">"input" or the name of the parameter.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="EntriesChecked">The number of compared entries.</param>
/// <param name="Worst">The entry with the largest error; null where every entry is at a kink.</param>
/// <param name="Kinks">Entries without a derivative; they are not compared, but the value must lie between the slopes.</param>
/// <param name="ShorterSteps">Entries near a kink or a sharp bend, which were compared with a shorter step.</param>
public sealed record TensorReport(
    string Name, Shape Shape, int EntriesChecked, GradientEntry? Worst, IReadOnlyList<GradientKink> Kinks, IReadOnlyList<int> ShorterSteps)
{
    /// <summary>Whether every compared entry agrees, and at least half of the entries could be compared.</summary>
    public bool Passed => Worst is { Agrees: true } && Kinks.Count <= EntriesChecked;

    /// <summary>Whether the only problem is that most of its entries are at kinks.</summary>
    internal bool LiesAtKinks => Kinks.Count > EntriesChecked && Worst is null or { Agrees: true };

    /// <summary>What the wrong entries have in common; empty if nothing.</summary>
    public string Diagnosis { get; internal init; } = "";

    /// <summary>How the error of the worst entry changes with the step; null where there is none.</summary>
    public GradientConvergence? Convergence { get; internal init; }

    /// <summary>Whether both values were 0 at every entry.</summary>
    internal bool IsZero { get; init; }

    /// <summary>One line: the verdict, the number of entries, the worst entry, kinks, and the diagnosis of a failure.</summary>
    public override string ToString()
    {
        string text = Invariant($"{Name} ({Shape}) {(Passed ? "ok" : "WRONG")}: {EntriesChecked} entries");
        if (Worst is { } entry)
        {
            text += Invariant($", worst error {entry.Error:g3} (absolute {entry.AbsoluteError:g3}, relative {entry.RelativeError:g3})")
                + Invariant($" at [{entry.Index}]: analytic {entry.Analytic:g9}, numeric {entry.Numeric:g9}");
        }

        if (Convergence is { Summary.Length: > 0 })
            text += $"; {Convergence.Summary}";
        if (Kinks is [GradientKink kink, ..])
            text += Invariant($"; {Kinks.Count} at kinks, such as [{kink.Index}]: analytic {kink.Analytic:g3}, slopes {kink.Left:g3} and {kink.Right:g3}");
        if (ShorterSteps.Count > 0)
            text += $"; {ShorterSteps.Count} compared with a shorter step, near kinks or sharp bends";
        return Passed || Diagnosis.Length == 0 ? text : $"{text}. {Diagnosis}";
    }
}

/// <summary>The result of a gradient check for a layer, a loss or a network.</summary>
/// <param name="Name">The name of what was checked.</param>
/// <param name="Findings">Broken promises.</param>
/// <param name="Tensors">The input, then the parameters; empty where a broken promise hides the gradients.</param>
public sealed record GradientReport(string Name, IReadOnlyList<ContractFinding> Findings, IReadOnlyList<TensorReport> Tensors)
{
    /// <summary>Whether every promise is kept, every tensor agrees, and something other than 0 was compared.</summary>
    public bool Passed => Findings.Count == 0 && Tensors.All(tensor => tensor.Passed) && !ProvesNothing;

    /// <summary>Whether every compared value was 0: at this input the function depends on none of its variables.</summary>
    public bool ProvesNothing => Tensors.Count > 0 && Tensors.All(tensor => tensor.IsZero);

    /// <summary>Whether the only problem is that most entries of some tensor are at kinks: another input may show more.</summary>
    internal bool LiesAtKinks => !Passed && Findings.Count == 0 && Tensors.All(tensor => tensor.Passed || tensor.LiesAtKinks);

    /// <summary>Throws if a promise is broken or a tensor does not agree: for tests of one line.</summary>
    /// <exception cref="GradientException">A check failed; the message is this report.</exception>
    public void EnsurePassed()
    {
        if (!Passed)
            throw new GradientException(ToString());
    }

    /// <summary>One line per broken promise, then one per tensor: the verdict, the number of entries, the worst entry and the kinks.</summary>
    public override string ToString()
    {
        IEnumerable<string> lines = [.. Findings.Select(finding => $"{finding}"), .. Tensors.Select(tensor => $"{Name}: {tensor}")];
        if (Findings.Any(finding => finding.HidesGradients))
            lines = lines.Append($"{Name}: gradients were not compared.");
        if (ProvesNothing)
            lines = lines.Append($"{Name} WRONG: nothing was checked: every gradient is zero, and the function depends on none of its variables here. Choose another input.");
        return string.Join(Environment.NewLine, lines);
    }
}

/// <summary>A hand-derived gradient does not agree with finite differences, or a layer breaks a promise.</summary>
/// <param name="message">The report.</param>
public sealed class GradientException(string message) : Exception(message);
