using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Verification;

/// <summary>One entry of a tensor: what Backward says and what the differences say.</summary>
/// <param name="Index">Where it stands, counted row-major from 0.</param>
/// <param name="Analytic">What Backward says.</param>
/// <param name="Numeric">What the central difference says.</param>
/// <param name="Floor">The smallest number that the difference of the two is measured against; see <see cref="Error"/>.</param>
public sealed record GradientEntry(int Index, double Analytic, double Numeric, double Floor)
{
    /// <summary>|analytic - numeric|.</summary>
    public double AbsoluteError => Math.Abs(Analytic - Numeric);

    /// <summary>|analytic - numeric| / max(|analytic|, |numeric|); 0 where both are 0.</summary>
    public double RelativeError => AbsoluteError == 0 ? 0 : AbsoluteError / Math.Max(Math.Abs(Analytic), Math.Abs(Numeric));

    /// <summary>
    /// |analytic - numeric| / max(floor, |analytic|, |numeric|), infinite where either is not finite. The floor is 1;
    /// where the largest gradient g of the tensor is below 1e-3, it is 1000 g + 0.01, so that small gradients cannot hide
    /// behind the 1. (A difference of 1e-6 x 0.01 = 1e-8 still stands an order above the rounding of the differences.)
    /// </summary>
    public double Error =>
        double.IsFinite(Analytic) && double.IsFinite(Numeric) ? AbsoluteError / Scale : double.PositiveInfinity;

    /// <summary>What the error is a share of.</summary>
    internal double Scale => Math.Max(Floor, Math.Max(Math.Abs(Analytic), Math.Abs(Numeric)));

    /// <summary>Whether the error is within the tolerance.</summary>
    public bool Agrees => Error <= GradientCheck.Tolerance;

    internal static double ScaleFloor(double largest) => Math.Min(1, 1000 * largest + 0.01);
}

/// <summary>An entry where the function has no derivative, such as ReLU at 0: Backward's value lies between the two slopes.</summary>
/// <param name="Index">Where it stands, counted row-major from 0.</param>
/// <param name="Analytic">What Backward says.</param>
/// <param name="Left">The slope to the left.</param>
/// <param name="Right">The slope to the right.</param>
public sealed record GradientKink(int Index, double Analytic, double Left, double Right);

/// <summary>What a gradient check found for the input or for one parameter.</summary>
/// <param name="Name">"input" or the name of the parameter.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="EntriesChecked">How many entries were compared.</param>
/// <param name="Worst">The entry with the largest error; null where every entry lies at a kink.</param>
/// <param name="Kinks">Entries without a derivative; they are not compared, but the value must lie between the slopes.</param>
/// <param name="ShorterSteps">Entries close to a kink or a sharp bend, which were compared with a shorter step.</param>
public sealed record TensorReport(
    string Name, Shape Shape, int EntriesChecked, GradientEntry? Worst, IReadOnlyList<GradientKink> Kinks, IReadOnlyList<int> ShorterSteps)
{
    /// <summary>Whether every compared entry agrees, and at least half of the entries could be compared.</summary>
    public bool Passed => Worst is { Agrees: true } && Kinks.Count <= EntriesChecked;

    /// <summary>Whether nothing is wrong with it but that most of its entries lie at kinks.</summary>
    internal bool LiesAtKinks => Kinks.Count > EntriesChecked && Worst is null or { Agrees: true };

    /// <summary>What the wrong entries have in common; empty where they show nothing.</summary>
    public string Diagnosis { get; internal init; } = "";

    /// <summary>How the error of the worst entry changes with the step; null where there is none.</summary>
    public GradientConvergence? Convergence { get; internal init; }

    /// <summary>Whether 0 was compared with 0 at every entry.</summary>
    internal bool IsZero { get; init; }

    /// <summary>One line: the verdict, what was compared, the worst entry, kinks, and what a failure looks like.</summary>
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
            text += Invariant($"; {Kinks.Count} at kinks, as [{kink.Index}]: analytic {kink.Analytic:g3}, slopes {kink.Left:g3} and {kink.Right:g3}");
        if (ShorterSteps.Count > 0)
            text += $"; {ShorterSteps.Count} compared with a shorter step, near kinks or sharp bends";
        return Passed || Diagnosis.Length == 0 ? text : $"{text}. {Diagnosis}";
    }
}

/// <summary>What a gradient check found for a layer, a loss or a network.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Findings">Promises that are broken.</param>
/// <param name="Tensors">The input, then the parameters; none where a broken promise hides the gradients.</param>
public sealed record GradientReport(string Name, IReadOnlyList<ContractFinding> Findings, IReadOnlyList<TensorReport> Tensors)
{
    /// <summary>Whether every promise is kept, every tensor agrees, and something was compared.</summary>
    public bool Passed => Findings.Count == 0 && Tensors.All(tensor => tensor.Passed) && !ProvesNothing;

    /// <summary>Whether only 0 was compared with 0: the function does not depend on anything at this input.</summary>
    public bool ProvesNothing => Tensors.Count > 0 && Tensors.All(tensor => tensor.IsZero);

    /// <summary>Whether nothing is wrong but that most entries of some tensor lie at kinks: another input tells more.</summary>
    internal bool LiesAtKinks => !Passed && Findings.Count == 0 && Tensors.All(tensor => tensor.Passed || tensor.LiesAtKinks);

    /// <summary>Throws where a promise is broken or a tensor does not agree: for a test of one line.</summary>
    /// <exception cref="GradientException">Something is wrong; the message is this report.</exception>
    public void EnsurePassed()
    {
        if (!Passed)
            throw new GradientException(ToString());
    }

    /// <summary>A line a broken promise, then a line a tensor: the verdict, what was compared, the worst entry and the kinks.</summary>
    public override string ToString()
    {
        IEnumerable<string> lines = [.. Findings.Select(finding => $"{finding}"), .. Tensors.Select(tensor => $"{Name}: {tensor}")];
        if (Findings.Any(finding => finding.HidesGradients))
            lines = lines.Append($"{Name}: gradients were not compared.");
        if (ProvesNothing)
            lines = lines.Append($"{Name} WRONG: nothing was checked: every gradient is zero, and the function does not change with any number. Choose an input where it does.");
        return string.Join(Environment.NewLine, lines);
    }
}

/// <summary>A hand-derived gradient does not agree with finite differences, or a layer breaks a promise.</summary>
/// <param name="message">The report.</param>
public sealed class GradientException(string message) : Exception(message);
