using System.Globalization;
using RefNet.Optimizers.Schedules;

namespace RefNet.Training;

/// <summary>The schedules of the learning rate that a run can name: a name, followed by its numbers after colons; those in brackets are optional.</summary>
public static class ScheduleNames
{
    private const string WarmUpPrefix = "warmup:EPOCHS+";

    /// <summary>
    /// The syntax of each. K is the k of η exp(-k t) and of η / (1 + k t). Steps multiply the rate by FACTOR: at
    /// regular intervals, after listed epochs, or after PATIENCE epochs without a smaller validation loss. FINAL is
    /// the share of the rate that is left at the end. See <see cref="OneCycle"/> for its numbers.
    /// </summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "constant", "exponential:K", "inverse:K", "step:EPOCHS:FACTOR", "multistep:EPOCH,EPOCH,...:FACTOR", "plateau:PATIENCE:FACTOR",
        "cosine[:FINAL]", "onecycle[:RISE[:DIVISOR[:FINAL_DIVISOR]]]",
    ];

    /// <summary>What a user may write.</summary>
    public static string Choices { get; } = $"{string.Join(", ", All)}; {WarmUpPrefix} in front of any";

    /// <summary>Creates the schedule that a run names.</summary>
    /// <param name="schedule">Such as exponential:0.15, or warmup:2+cosine.</param>
    /// <param name="learningRate">η₀, above 0.</param>
    /// <param name="epochs">The epochs of the run, 1 or more.</param>
    /// <exception cref="InputException">There is no such schedule, or a number is outside its range.</exception>
    public static LearningRateSchedule Create(string schedule, double learningRate, int epochs)
    {
        try
        {
            return schedule.Split('+') switch
            {
                [string only] => Create(only.Split(':'), learningRate, epochs),
                [string ramp, string other] when ramp.Split(':') is ["warmup", string over] =>
                    new WarmUp(Create(other.Split(':'), learningRate, epochs), Number(over)),
                _ => throw new FormatException(),
            };
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            string why = e is ArgumentException ? $" ({e.Message.Split('\n')[0]})" : "";
            throw new InputException($"Expected a schedule of the learning rate, one of {Choices}; found '{schedule}'{why}.", e);
        }
    }

    private static LearningRateSchedule Create(string[] parts, double rate, int epochs) => parts switch
    {
        ["constant"] => new ConstantRate(rate),
        ["exponential", string k] => new ExponentialDecay(rate, Number(k)),
        ["inverse", string k] => new InverseDecay(rate, Number(k)),
        ["step", string every, string factor] => new StepDecay(rate, Whole(every), Number(factor)),
        ["multistep", string after, string factor] => new MultiStepDecay(rate, [.. after.Split(',').Select(Whole)], Number(factor)),
        ["plateau", string patience, string factor] => new PlateauDecay(rate, Whole(patience), Number(factor)),
        ["cosine"] => new CosineDecay(rate, epochs),
        ["cosine", string final] => new CosineDecay(rate, epochs, Number(final)),
        ["onecycle"] => new OneCycle(rate, epochs),
        ["onecycle", string rise] => new OneCycle(rate, epochs, Number(rise)),
        ["onecycle", string rise, string divisor] => new OneCycle(rate, epochs, Number(rise), Number(divisor)),
        ["onecycle", string rise, string divisor, string final] => new OneCycle(rate, epochs, Number(rise), Number(divisor), Number(final)),
        _ => throw new FormatException(),
    };

    private static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
