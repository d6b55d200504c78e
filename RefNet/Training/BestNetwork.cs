using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Data.Preparation;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>The network with the best weights of a run, and all it needs to make predictions.</summary>
public sealed class BestNetwork
{
    private BestNetwork(RunOptions options, RunFolder folder, IBackend<float> backend)
    {
        Architecture = Architectures.Find(options.Model);
        Scaling = Architecture.Scaling(options.Pixels);
        Network = Architecture.Create<float>(options.Seed);
        Network.To(backend);
        Loss = Architecture.CreateClassificationLoss<float>();
        Loss.Backend = backend;
        ClassNames = new RunCheckpoints(folder, options).LoadBest(Network).GetValueOrDefault(RunCheckpoints.ClassNamesNote)?.Split('\n');
        Preparation = RunPreparation.Load(options, folder);
        PixelNetwork = Preparation is null ? Network : Network.Behind(new PreparedInput<float>(Preparation) { Name = "prepared" });
    }

    /// <summary>Its architecture.</summary>
    public Architecture Architecture { get; }

    /// <summary>How pixels become the numbers that it was trained on.</summary>
    public PixelScaling Scaling { get; }

    /// <summary>The network.</summary>
    public Network<float> Network { get; }

    /// <summary>Its loss.</summary>
    public ClassificationLoss<float> Loss { get; }

    /// <summary>The names of its classes; null where the run recorded none.</summary>
    public IReadOnlyList<string>? ClassNames { get; }

    /// <summary>What the run learnt from its training images to prepare inputs; null for nothing.</summary>
    public InputPreparation<float>? Preparation { get; }

    /// <summary>
    /// The network for images scaled by <see cref="Scaling"/>: where there is a <see cref="Preparation"/>, it is the first layer, named prepared, followed by the layers of
    /// <see cref="Network"/>. Gradients reach the pixels.
    /// </summary>
    public Network<float> PixelNetwork { get; }

    /// <summary>Reads it.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="backend">The backend of the network; the default backend if null.</param>
    /// <exception cref="InputException">A file is missing, damaged, or of another model or run.</exception>
    public static BestNetwork Load(RunOptions options, RunFolder folder, IBackend<float>? backend = null) =>
        new(options, folder, backend ?? BackendDefaults<float>.Backend);

    /// <summary>Tests it on images.</summary>
    /// <inheritdoc cref="Evaluation.Run{T}"/>
    public Evaluation Test(ImageSet images, CancellationToken cancellation = default, Action<Batch<float>, Tensor<float>>? answered = null) =>
        Evaluation.Run(Network, Loss, images, Scaling, cancellation, Preparation, answered);
}
