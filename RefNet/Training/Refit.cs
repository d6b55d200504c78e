namespace RefNet.Training;

/// <summary>
/// The last step of the protocol train, validate, test: when held-out images have chosen the number of epochs, the network is trained
/// again from the start on all training images, including the held-out ones, for that number, and then tested, once. LECTURES T5.
/// </summary>
public static class Refit
{
    /// <summary>Checks that a run can be repeated without held-out images.</summary>
    /// <exception cref="InputException">The run has no held-out images, or its learning rate depends on their loss.</exception>
    public static void Check(RunOptions options)
    {
        if (options.Validation == 0)
            throw new InputException("A refit needs held-out images that choose the number of epochs; found none. Hold some out, or train on all images at once.");
        if (options.CreateSchedule().FollowsValidation)
            throw new InputException($"A refit has no held-out images; found the schedule {options.Schedule}, which follows their loss. Choose another schedule.");
    }

    /// <summary>The options of the second run: those of the first, with nothing held out and the best number of epochs.</summary>
    /// <remarks>A schedule that spans the run keeps its number of epochs: its small rates at the end belong to it.</remarks>
    /// <param name="options">The options of the first run.</param>
    /// <param name="best">Its best epoch.</param>
    public static RunOptions Options(RunOptions options, EpochRecord best) =>
        options with { Validation = 0, Patience = 0, Epochs = options.CreateSchedule().SpansTheRun ? options.Epochs : best.Epoch };
}
