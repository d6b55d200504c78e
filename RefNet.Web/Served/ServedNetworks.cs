namespace RefNet.Web.Served;

/// <summary>The networks shown on the page: that of the run, and those trained on the page.</summary>
internal sealed class ServedNetworks
{
    private readonly ServedSettings settings;
    private readonly Lock gate = new();
    private readonly List<ServedNetwork> all = [];

    /// <summary>Opens the run, if there is one.</summary>
    public ServedNetworks(ServedSettings settings)
    {
        this.settings = settings;
        if (settings.Run is { } run)
            Open(run);
    }

    /// <summary>All of them, the oldest first.</summary>
    public IReadOnlyList<ServedNetwork> All
    {
        get
        {
            lock (gate)
                return [.. all];
        }
    }

    /// <summary>The network with a number.</summary>
    public ServedNetwork this[int id] =>
        All.FirstOrDefault(network => network.Id == id) ?? throw new InputException($"Expected the number of a network; found {id}, which is none. Load the page again.");

    /// <summary>Adds the network of a run.</summary>
    public ServedNetwork Open(string run)
    {
        lock (gate)
        {
            ServedNetwork network = new(all.Count + 1, run, settings);
            all.Add(network);
            return network;
        }
    }
}
