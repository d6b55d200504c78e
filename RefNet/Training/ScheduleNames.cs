using System.Globalization;
using RefNet.Optimizers.Schedules;

namespace RefNet.Training;

/// <summary>The schedules of the learning rate that a run can name: a name, and its numbers behind colons.</summary>
public static class ScheduleNames
{
    /// <summary>How each is written: K is the k of η exp(-k t); step multiplies the rate by FACTOR every EPOCHS epochs.</summary>
    public static IReadOnlyList<string> All { get; } = ["constant", "exponential:K", "step:EPOCHS:FACTOR"];

    /// <summary>Makes the schedule that a run names.</summary>
    /// <param name="schedule">Such as exponential:0.15.</param>
    /// <param name="learningRate">η₀, above 0.</param>
    /// <exception cref="InputException">There is no such schedule, or a number is outside its range.</exception>
    public static LearningRateSchedule Create(string schedule, double learningRate)
    {
        string[] parts = schedule.Split(':');
        try
        {
            return (parts[0], parts.Length) switch
            {
                ("constant", 1) => new ConstantRate(learningRate),
                ("exponential", 2) => new ExponentialDecay(learningRate, Number(parts[1])),
                ("step", 3) => new StepDecay(learningRate, int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture), Number(parts[2])),
                _ => throw new FormatException(),
            };
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            string why = e is ArgumentException ? $" ({e.Message.Split('\n')[0]})" : "";
            throw new InputException($"Expected a schedule of the learning rate, one of {string.Join(", ", All)}; found '{schedule}'{why}.", e);
        }
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
