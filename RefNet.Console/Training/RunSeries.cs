using System.Globalization;
using RefNet.Backends;
using RefNet.Data;
using RefNet.Interop;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>
/// Several runs for one result: some seeds, each in its own folder, and with a refit two runs for each. The same command again
/// skips finished runs and does the rest.
/// </summary>
internal sealed class RunSeries(ShownRun show, Terminal shown, RunOptions options, Dataset set, IBackend<float> backend, string folder)
{
    private const string Table = "seeds.csv";

    private readonly string toResume = $"give the same command with --out {Shell.Quote(folder)}";

    private sealed record Outcome(int Seed, EpochRecord Best, Evaluation Test);

    /// <summary>Trains all runs.</summary>
    /// <returns>False if the user stopped it.</returns>
    public bool Run(int seeds, bool refit)
    {
        if (refit)
            Refit.Check(options);
        List<Outcome> outcomes = [];
        for (int i = 0; i < seeds; i++)
        {
            RunOptions one = options with { Seed = options.Seed + i };
            string place = seeds == 1 ? folder : Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"seed-{one.Seed}"));
            if ((refit ? TrainTwice(one, place) : TrainOnce(one, place)) is not { } outcome)
                return false;
            outcomes.Add(outcome);
            shown.WriteLine();
        }

        if (seeds > 1)
        {
            AtomicFile.WriteLines(Path.Combine(folder, Table), TableOf(outcomes));
            Report(outcomes, refit);
        }

        return true;
    }

    private Outcome? TrainOnce(RunOptions one, string place)
    {
        using TrainingRun run = TrainingRun.StartOrResume(one, set, place, backend);
        return show.TrainAndTest(run, one, toResume) is { } test ? new Outcome(one.Seed, run.Best!, test) : null;
    }

    // The test set is not read before the network to be tested is trained, so nothing can be chosen by it.
    private Outcome? TrainTwice(RunOptions one, string place)
    {
        EpochRecord? best;
        using (TrainingRun first = TrainingRun.StartOrResume(one, set, Path.Combine(place, "validation"), backend))
            best = show.Train(first, one, toResume);
        if (best is null)
            return null;

        RunOptions all = Refit.Options(one, best);
        shown.WriteLine();
        shown.WriteLine(all.Epochs == best.Epoch
            ? $"Refit: training from the start on all training images for {Format.Count(all.Epochs, "epoch")}, the number chosen on the held-out images."
            : $"Refit: training from the start on all training images for all {all.Epochs} epochs, since the schedule {all.Schedule} ends with the last.");
        using TrainingRun second = TrainingRun.StartOrResume(all, set, Path.Combine(place, "refit"), backend);
        if (show.TrainAndTest(second, all, toResume) is not { } test)
            return null;
        shown.WriteLine($"validation error {Format.Percent(best.ValidationError!.Value)}, of the network trained without the held-out images; test error {Format.Percent(test.Confusion.ErrorRate)}, of the network trained on all images");
        return new Outcome(one.Seed, best, test);
    }

    private void Report(List<Outcome> outcomes, bool refit)
    {
        shown.WriteLine($"{outcomes.Count} seeds, {outcomes[0].Seed} to {outcomes[^1].Seed}:");
        if (options.Validation > 0)
        {
            shown.WriteLine($"validation error: {Text(Spread.Of([.. outcomes.Select(outcome => outcome.Best.ValidationError!.Value)]))}{(refit ? ", before the refit" : "")}");
            shown.WriteLine($"smallest validation loss: seed {outcomes.MinBy(outcome => outcome.Best.ValidationLoss)!.Seed}");
        }

        shown.WriteLine($"test error: {Text(Spread.Of([.. outcomes.Select(outcome => outcome.Test.Confusion.ErrorRate)]))}");
        shown.WriteLine($"files: {folder} (seed-{outcomes[0].Seed} to seed-{outcomes[^1].Seed}, {Table})");
    }

    private static string Text(Spread spread) =>
        $"mean {Format.MeanPercent(spread.Mean)} %, standard deviation {Format.MeanPercent(spread.Deviation)}, 95 % interval of the mean {Format.MeanPercent(spread.Mean - spread.Margin)} to {Format.MeanPercent(spread.Mean + spread.Margin)} (Student's t)";

    private static IEnumerable<string> TableOf(IEnumerable<Outcome> outcomes) => outcomes
        .Select(outcome => string.Create(CultureInfo.InvariantCulture,
            $"{outcome.Seed},{outcome.Best.Epoch},{outcome.Best.ValidationLoss:R},{outcome.Best.ValidationError:R},{outcome.Test.Loss:R},{outcome.Test.Confusion.ErrorRate:R}"))
        .Prepend("seed,best_epoch,validation_loss,validation_error,test_loss,test_error");
}
