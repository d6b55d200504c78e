using RefNet.Backends;
using RefNet.Data;

namespace RefNet.Training;

/// <summary>
/// The learning-rate range test: the rate grows by the same factor from step to step while the network trains, and the loss shows at which
/// rates the network learns and at which it diverges. Smith 2017, "Cyclical learning rates for training neural networks", section 3.3.
/// </summary>
/// <remarks>
/// Step i of S takes the rate l (h/l)^(i/(S-1)), from l to h; S is the number of steps in an epoch, at most <see cref="MostSteps"/>.
/// The loss of a batch is noisy; s is its mean over the steps so far with weights 0.9ᵗ⁻ⁱ, as in
/// <see cref="WeightAverage{T}"/>. The test ends where s is four times its smallest value, or a loss is not finite.
/// </remarks>
public sealed class RateRange
{
    /// <summary>The largest number of steps.</summary>
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

    /// <summary>The steps, in order of increasing rate; losses are finite.</summary>
    public IReadOnlyList<Step> Steps { get; }

    /// <summary>Whether it ended because the loss rose too far.</summary>
    public bool HasDiverged { get; }

    /// <summary>
    /// A tenth of the rate at which the smoothed loss is smallest: at the minimum itself the rate is already too
    /// large; null where the loss is smallest at the first step, so that no rate helps.
    /// </summary>
    public double? Suggestion => Steps.Count > 0 && Steps.MinBy(step => step.Smoothed) is { } best && best.Rate > Steps[0].Rate ? best.Rate / 10 : null;

    /// <summary>Runs the test. Neither validation nor test images are looked at.</summary>
    /// <param name="options">The options of a run; learning rate and schedule do not matter.</param>
    /// <param name="data">The data set.</param>
    /// <param name="backend">The backend of the network; the default backend if null.</param>
    /// <param name="cancellation">A request to stop.</param>
    /// <exception cref="InputException">An option is outside its range, or does not fit the model or the data.</exception>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
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

    /// <summary>The test on a sequence of losses, of which it takes no more than it needs.</summary>
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
