namespace RefNet.Training;

/// <summary>A loss or a weight is not finite: the weights are lost, and another step would only spread the damage.</summary>
public sealed class DivergenceException : Exception
{
    private readonly string what;

    /// <summary>Creates the error.</summary>
    /// <param name="what">What happened: "The loss became NaN".</param>
    /// <param name="step">The step in its epoch, from 1; null at the end of the epoch.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="remedy">What was saved, and what to do.</param>
    public DivergenceException(string what, int? step, int epoch, string remedy = "")
        : base($"{what} at {(step is null ? "the end" : $"step {step}")} of epoch {epoch}. {remedy}".TrimEnd())
    {
        this.what = what;
        Step = step;
        Epoch = epoch;
    }

    /// <summary>The step in its epoch, from 1; null at the end of the epoch.</summary>
    public int? Step { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The same error with what was saved, and what to do.</summary>
    public DivergenceException With(string remedy) => new(what, Step, Epoch, remedy);
}
