namespace RefNet.Training;

/// <summary>
/// Ends training when the validation loss has stopped falling: after p consecutive epochs without a loss below the
/// best before them. The weights of the best epoch are kept. Prechelt 1998; LECTURES T5.
/// </summary>
public static class EarlyStopping
{
    /// <summary>Whether it is time to stop.</summary>
    /// <param name="losses">The validation loss of each epoch so far.</param>
    /// <param name="patience">p, 1 or more.</param>
    public static bool IsDue(IReadOnlyList<double> losses, int patience)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        int best = 0;
        for (int epoch = 1; epoch < losses.Count; epoch++)
        {
            if (losses[epoch] < losses[best])
                best = epoch;
        }

        return losses.Count - 1 - best >= patience;
    }
}
