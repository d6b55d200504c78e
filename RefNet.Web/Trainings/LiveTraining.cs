using RefNet.Data;
using RefNet.Interpretation;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Web.Trainings;

/// <summary>
/// A run of <see cref="TrainingRun"/> on its own thread, which the page watches, pauses and controls. It pauses between two steps, in the observer, so a paused run
/// ends with the same bits as an uninterrupted one.
/// </summary>
internal sealed class LiveTraining : ITrainingObserver, IDisposable
{
    private const int ReportsPerEpoch = 40, MostFilters = 64, ImagesAsked = 1000, MistakesShown = 12;

    private readonly TrainingRun run;
    private readonly Func<string, int> open;
    private readonly ManualResetEventSlim mayGoOn = new(initialState: true);
    private readonly CancellationTokenSource stop = new();
    private readonly Thread thread;
    private int reported = -1;

    private sealed record Progress(int Epoch, int Epochs, int Images, int ImagesInEpoch, double Loss, double Error);

    private sealed record Filters(int Count, int Channels, int Rows, int Columns, float[] Values);

    private sealed record Mistake(int Rows, int Columns, int Channels, byte[] Pixels, string Truth, string Answer);

    /// <summary>Prepares a run.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="options">Its options.</param>
    /// <param name="run">The run.</param>
    /// <param name="open">Opens the network of a folder on the page, and returns its number.</param>
    public LiveTraining(int id, RunOptions options, TrainingRun run, Func<string, int> open)
    {
        (Id, Options, this.run, this.open) = (id, options, run, open);
        thread = new Thread(Train) { IsBackground = true, Name = $"training {id}" };
    }

    /// <summary>Its number.</summary>
    public int Id { get; }

    /// <summary>Its options.</summary>
    public RunOptions Options { get; }

    /// <summary>The folder of the run.</summary>
    public string Folder => run.Folder.Path;

    /// <summary>running, paused, done, stopped or failed.</summary>
    public string State { get; private set; } = "running";

    /// <summary>Whether it is running or paused.</summary>
    public bool IsActive => State is "running" or "paused";

    /// <summary>The factor of the schedule's learning rate.</summary>
    public double RateFactor => run.RateFactor;

    /// <summary>Its events.</summary>
    public TrainingEvents Events { get; } = new();

    /// <summary>Starts the run.</summary>
    public void Start()
    {
        TellState("running", null);
        thread.Start();
    }

    /// <summary>Pauses after the current step; the state changes when it does.</summary>
    public void Pause() => mayGoOn.Reset();

    /// <summary>Resumes the run.</summary>
    public void Resume() => mayGoOn.Set();

    /// <summary>Multiplies the schedule's learning rate by a factor from the next step on.</summary>
    public void ChangeRate(double factor)
    {
        if (!(factor > 0 && double.IsFinite(factor)))
            throw new InputException($"Expected a factor above 0; found {factor}.");
        run.RateFactor = factor;
        TellState(State, null);
    }

    /// <summary>Stops after the current step.</summary>
    public void Stop() => stop.Cancel();

    /// <summary>Waits until it ends.</summary>
    public void Join() => thread.Join();

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        if (thread.IsAlive)
            thread.Join();
        run.Dispose();
        mayGoOn.Dispose();
        stop.Dispose();
    }

    void ITrainingObserver.StepDone(EpochProgress progress)
    {
        int report = (int)((long)progress.Images * ReportsPerEpoch / progress.ImagesInEpoch);
        if (report != reported)
        {
            reported = report;
            Events.Tell(new TrainingEvent("progress", new Progress(progress.Epoch, Options.Epochs, progress.Images, progress.ImagesInEpoch, progress.Loss, 1 - progress.Accuracy)));
            TellFilters();
        }

        if (mayGoOn.IsSet)
            return;
        TellState("paused", null);
        mayGoOn.Wait(stop.Token);
        TellState("running", null);
    }

    void ITrainingObserver.EpochDone(EpochRecord epoch, bool isBest)
    {
        Events.Tell(new TrainingEvent("epoch", epoch));
        TellMistakes();
    }

    private void Train()
    {
        try
        {
            Evaluation test = run.Run(this, stop.Token);
            TellState("done", null, open(Folder), test.Confusion.ErrorRate);
        }
        catch (OperationCanceledException)
        {
            TellState("stopped", null);
        }
        catch (Exception error)
        {
            TellState("failed", error.Message); // for example a loss that is not finite, or a full disk
        }

        Events.End();
    }

    private void TellState(string state, string? why, int? network = null, double? testError = null)
    {
        State = state;
        Events.Tell(new TrainingEvent("state", new { state, why, network, testError, RateFactor, folder = Folder }));
    }

    private void TellFilters()
    {
        try
        {
            Tensor<float> filters = FilterImages.Of(run.Network);
            int shown = Math.Min(MostFilters, filters.Shape[0]);
            Events.Tell(new TrainingEvent("filters", new Filters(shown, filters.Shape[1], filters.Shape[2], filters.Shape[3], filters.Values[..(shown * filters.Shape.Sample.Count)].ToArray())));
        }
        catch (InputException)
        {
            // A network that does not begin with a convolution has no filters to show.
        }
    }

    private void TellMistakes()
    {
        List<Mistake> mistakes = [];
        ImageSet asked = run.Validation.Take(ImagesAsked);
        if (asked.Count == 0)
            return;
        int at = 0;
        run.Ask(asked, (batch, y) =>
        {
            for (int n = 0; n < batch.Count; n++, at++)
            {
                int answer = run.Decide(y.Sample(n));
                if (answer != batch.Labels[n] && mistakes.Count < MistakesShown)
                    mistakes.Add(new Mistake(asked.Rows, asked.Columns, asked.Channels, asked.Pixels(at).ToArray(), asked.ClassNames[batch.Labels[n]], asked.ClassNames[answer]));
            }
        });
        Events.Tell(new TrainingEvent("mistakes", mistakes));
    }
}
