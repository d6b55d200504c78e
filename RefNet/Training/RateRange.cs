using RefNet.Backends;
using RefNet.Data;

namespace RefNet.Training;

/// <summary>
/// The learning-rate range test: the rate grows by the same factor from step to step while the network trains, and the loss
/// shows which rates teach and which destroy. Smith 2017, "Cyclical learning rates for training neural networks", section 3.3.
/// </summary>
/// <remarks>
/// Step i of S takes the rate l (h/l)^(i/(S-1)), from l to h; S is the number of steps in an epoch, and <see cref="MostSteps"/> at most.
/// The loss of a batch is noisy; s is its mean over the steps so far with weights 0.9ᵗ⁻ⁱ, as <see cref="WeightAverage{T}"/>
/// has them. The test ends where s is four times its smallest value, or a loss is not finite.
/// </remarks>
public sealed class RateRange
{
    /// <summary>The most steps that it takes.</summary>
    public const int MostSteps = 400;

    private const double Lowest = 1e-6;
    private const double Highest = 10;
    private const double Memory = 0.9;
    private const double Diverged = 4;

    private RateRange(IReadOnlyList<Step> steps, bool hasDiverged) => (Steps, HasDiverged) = (steps, hasDiverged);

    /// <summary>A step of the test.</summary>
    /// <param name="Rate">Its learning rate.</param>
    /// <param name="Loss">The loss of its batch, before the step.</param>
    /// <param name="Smoothed">s.</param>
    public readonly record struct Step(double Rate, double Loss, double Smoothed);

    /// <summary>The steps, by rising rate; losses are finite.</summary>
    public IReadOnlyList<Step> Steps { get; }

    /// <summary>Whether it ended because the loss rose too far.</summary>
    public bool HasDiverged { get; }

    /// <summary>
    /// A tenth of the rate at which the smoothed loss is smallest: there it has stopped falling, which is too late; null where it is
    /// smallest at the first step, so that no rate teaches.
    /// </summary>
    public double? Suggestion => Steps.Count > 0 && Steps.MinBy(step => step.Smoothed) is { } best && best.Rate > Steps[0].Rate ? best.Rate / 10 : null;

    /// <summary>Takes the test. Neither validation nor test images are looked at.</summary>
    /// <param name="options">The options of a run; learning rate and schedule do not matter.</param>
    /// <param name="data">The data set.</param>
    /// <param name="backend">Where the network computes; the default backend if none is given.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="InputException">An option is outside its range, or does not fit the model or the data.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static RateRange Test(RunOptions options, Dataset data, IBackend<float>? backend = null, CancellationToken cancellation = default)
    {
        TrainingSetup setup = new(options with { Average = 0, Accumulate = 1 }, data, backend ?? BackendDefaults<float>.Backend);
        setup.LoadFirstWeights();
        Trainer<float> trainer = setup.CreateTrainer();
        setup.Preparation = setup.LearnPreparation();
        Batches<float> batches = setup.CreateBatches();
        int count = Math.Min(batches.Count, MostSteps);
        return Follow(Losses(), count);

        IEnumerable<double> Losses()
        {
            int step = 0;
            foreach (Batch<float> batch in batches.Shuffled(options.Seed, epoch: 1).Take(count))
            {
                cancellation.ThrowIfCancellationRequested();
                setup.Optimizer.LearningRate = RateOf(step++, count);
                yield return trainer.Step(batch).Loss;
            }
        }
    }

    /// <summary>The test of a sequence of losses, which is asked for no more of them than it needs.</summary>
    internal static RateRange Follow(IEnumerable<double> losses, int count)
    {
        List<Step> steps = [];
        double sum = 0, weights = 0, smallest = double.PositiveInfinity;
        foreach (double loss in losses)
        {
            if (!double.IsFinite(loss))
                return new RateRange(steps, hasDiverged: true);
            (sum, weights) = (Memory * sum + loss, Memory * weights + 1);
            double smoothed = sum / weights;
            steps.Add(new Step(RateOf(steps.Count, count), loss, smoothed));
            smallest = Math.Min(smallest, smoothed);
            if (smoothed > Diverged * smallest)
                return new RateRange(steps, hasDiverged: true);
        }

        return new RateRange(steps, hasDiverged: false);
    }

    private static double RateOf(int step, int count) => Lowest * Math.Pow(Highest / Lowest, count == 1 ? 0 : step / (count - 1.0));
}
