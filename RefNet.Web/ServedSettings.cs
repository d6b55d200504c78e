using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Web;

/// <summary>The settings of the page: its sources of networks, data and visualisations.</summary>
public sealed record ServedSettings
{
    /// <summary>The port on 127.0.0.1; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>The folder of the run to show; null for none.</summary>
    public string? Run { get; init; }

    /// <summary>The backend for networks.</summary>
    public required IBackend<float> Backend { get; init; }

    /// <summary>The name of the backend, for the options of a run.</summary>
    public string BackendName { get; init; } = BackendNames.Simd;

    /// <summary>Reads the data set for training, and returns it with the name or path that a run records. An InputException says why there is none.</summary>
    public required Func<(Dataset Set, string Remembered)> ReadData { get; init; }

    /// <summary>A folder for a new run of a model.</summary>
    public required Func<string, string> NewFolder { get; init; }

    /// <summary>The visualisations of one image that the page offers.</summary>
    public IReadOnlyList<Visualiser> Visualisers { get; init; } = [];

    /// <summary>The name of a class, with its number unless the name is the number.</summary>
    public required Func<int, IReadOnlyList<string>?, string> NameClass { get; init; }

    /// <summary>The command that trains a run in a terminal.</summary>
    public string HowToTrain { get; init; } = "refnet train lenet5-modern --epochs 2";
}

/// <summary>A visualisation of one image.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">Its display name.</param>
/// <param name="Sentence">What it shows.</param>
/// <param name="Paper">Its paper and lecture rows.</param>
/// <param name="Look">Draws it; an InputException says why it does not apply to this network.</param>
public sealed record Visualiser(string Name, string Title, string Sentence, string Paper, Func<LookedAt, IReadOnlyList<(Picture Picture, string Caption)>> Look);

/// <summary>The input of a visualiser.</summary>
/// <param name="Best">The network.</param>
/// <param name="Network">The same network, ready for passes.</param>
/// <param name="X">One input, 1 x C x H x W.</param>
/// <param name="Class">The class to explain; null for the predicted one.</param>
/// <param name="Layer">The layer whose maps are shown; null for the last one with maps.</param>
public sealed record LookedAt(BestNetwork Best, Network<float> Network, Tensor<float> X, int? Class, string? Layer);
