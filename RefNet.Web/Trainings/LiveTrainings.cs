using RefNet.Data;
using RefNet.Models;
using RefNet.Training;
using RefNet.Web.Served;

namespace RefNet.Web.Trainings;

/// <summary>The trainings started on the page.</summary>
internal sealed class LiveTrainings(ServedSettings settings, ServedNetworks networks) : IDisposable
{
    /// <summary>The largest number of running or paused trainings: two, to compare them.</summary>
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
    /// <exception cref="InputException">There is no data set.</exception>
    public IEnumerable<string> Models()
    {
        Dataset set = Data().Set;
        return Architectures.All.Where(architecture => Fits(architecture, set.Training)).Select(architecture => architecture.Name);
    }

    /// <summary>Starts a training.</summary>
    /// <exception cref="InputException">The request is invalid, or there is no data set.</exception>
    /// <exception cref="BusyException">Two trainings are active already.</exception>
    public LiveTraining Start(TrainingRequest request)
    {
        lock (gate)
        {
            if (all.Count(training => training.IsActive) >= MostActive)
                throw new BusyException($"Expected at most {MostActive} trainings at a time; found a third. Stop one first.");
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
