using System.Globalization;

namespace RefNet.Training;

/// <summary>A loss that is not a finite number: the weights are lost, and a step more would only spread it.</summary>
public sealed class DivergenceException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="loss">The loss: NaN or an infinity.</param>
    /// <param name="step">The step in its epoch, from 1.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="remedy">What is left and what to do.</param>
    public DivergenceException(double loss, int step, int epoch, string remedy = "")
        : base(string.Create(CultureInfo.InvariantCulture, $"The loss became {loss} at step {step} of epoch {epoch}. {remedy}").TrimEnd())
    {
        Loss = loss;
        Step = step;
        Epoch = epoch;
    }

    /// <summary>The loss: NaN or an infinity.</summary>
    public double Loss { get; }

    /// <summary>The step in its epoch, from 1.</summary>
    public int Step { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The same error with what is left and what to do.</summary>
    public DivergenceException With(string remedy) => new(Loss, Step, Epoch, remedy);
}
