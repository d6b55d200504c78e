using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Web;

/// <summary>What the page is given: where it gets networks, data and pictures from.</summary>
public sealed record ServedSettings
{
    /// <summary>The port on 127.0.0.1; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>The folder of the run to look into; null for none.</summary>
    public string? Run { get; init; }

    /// <summary>Where networks compute.</summary>
    public required IBackend<float> Backend { get; init; }

    /// <summary>The name of the backend, for the options of a run.</summary>
    public string BackendName { get; init; } = BackendNames.Simd;

    /// <summary>Reads the data set to train on, and says what a run notes of its place. An InputException says why there is none.</summary>
    public required Func<(Dataset Set, string Remembered)> ReadData { get; init; }

    /// <summary>A folder for a new run of a model.</summary>
    public required Func<string, string> NewFolder { get; init; }

    /// <summary>The ways of looking at one image that the page offers.</summary>
    public IReadOnlyList<Visualiser> Visualisers { get; init; } = [];

    /// <summary>The name of a class, with its number where that is another.</summary>
    public required Func<int, IReadOnlyList<string>?, string> NameClass { get; init; }

    /// <summary>How a run is trained from a terminal.</summary>
    public string HowToTrain { get; init; } = "refnet train lenet5-modern --epochs 2";
}

/// <summary>A way of looking at one image.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Sentence">What one sees.</param>
/// <param name="Paper">Where it comes from, and its lecture rows.</param>
/// <param name="Look">Draws it; an InputException says why this network cannot be looked at so.</param>
public sealed record Visualiser(string Name, string Title, string Sentence, string Paper, Func<LookedAt, IReadOnlyList<(Picture Picture, string Caption)>> Look);

/// <summary>What a visualiser looks at.</summary>
/// <param name="Best">The network.</param>
/// <param name="Network">The same network, ready for passes.</param>
/// <param name="X">One input, 1 x C x H x W.</param>
/// <param name="Class">The class to explain; null for the predicted one.</param>
/// <param name="Layer">The layer whose maps are looked at; null for the last ones.</param>
public sealed record LookedAt(BestNetwork Best, Network<float> Network, Tensor<float> X, int? Class, string? Layer);
