using RefNet.Data;
using RefNet.Models;
using RefNet.Training;
using RefNet.Web.Served;

namespace RefNet.Web.Trainings;

/// <summary>The trainings that the page started.</summary>
internal sealed class LiveTrainings(ServedSettings settings, ServedNetworks networks) : IDisposable
{
    /// <summary>How many train or wait at a time at most: one, and another beside it.</summary>
    public const int MostActive = 2;

    private readonly Lock gate = new();
    private readonly List<LiveTraining> all = [];
    private (Dataset Set, string Remembered)? data;

    /// <summary>All of them, the oldest first.</summary>
    public IReadOnlyList<LiveTraining> All
    {
        get
        {
            lock (gate)
                return [.. all];
        }
    }

    /// <summary>The training with a number.</summary>
    public LiveTraining this[int id] =>
        All.FirstOrDefault(training => training.Id == id) ?? throw new InputException($"Expected the number of a training; found {id}, which is none. Load the page again.");

    /// <summary>The models that fit the data.</summary>
    /// <exception cref="InputException">There are no data.</exception>
    public IEnumerable<string> Models()
    {
        Dataset set = Data().Set;
        return Architectures.All.Where(architecture => Fits(architecture, set.Training)).Select(architecture => architecture.Name);
    }

    /// <summary>Starts a training.</summary>
    /// <exception cref="InputException">Something in the request is wrong, or there are no data.</exception>
    /// <exception cref="BusyException">Two train already.</exception>
    public LiveTraining Start(TrainingRequest request)
    {
        lock (gate)
        {
            if (all.Count(training => training.IsActive) >= MostActive)
                throw new BusyException($"Expected {MostActive} trainings at a time at most; found a third. Stop one first.");
            (Dataset set, string remembered) = Data();
            RunOptions options = request.ToOptions() with { Data = remembered, Backend = settings.BackendName };
            options = options with { Validation = Math.Min(options.Validation, set.Training.Count / 5) };
            options.Check();
            TrainingRun run = TrainingRun.Start(options, set, settings.NewFolder(options.Model), settings.Backend, numbered: true);
            LiveTraining training = new(all.Count + 1, options, run, folder => networks.Open(folder).Id);
            all.Add(training);
            training.Start();
            return training;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LiveTraining training in All)
            training.Dispose();
    }

    private (Dataset Set, string Remembered) Data()
    {
        lock (gate)
            return data ??= settings.ReadData();
    }

    private static bool Fits(Architecture architecture, ImageSet images)
    {
        try
        {
            architecture.CheckFits(images);
            architecture.CreateClassificationLoss<float>();
            return true;
        }
        catch (InputException)
        {
            return false;
        }
    }
}
