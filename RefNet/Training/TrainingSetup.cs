using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Data.Augmentation;
using RefNet.Data.Preparation;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Regularizers;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>The objects that the options of a run describe: the network, its loss, optimizer and average, and the images to train and to validate on.</summary>
internal sealed class TrainingSetup
{
    private readonly RunOptions options;
    private readonly Architecture architecture;
    private readonly IBackend<float> backend;
    private readonly AugmentationPipeline? augmentation;

    /// <summary>Creates the setup.</summary>
    /// <exception cref="InputException">An option is outside its range, or does not fit the model or the data.</exception>
    public TrainingSetup(RunOptions options, Dataset data, IBackend<float> backend)
    {
        options.Check();
        (this.options, this.backend) = (options, backend);
        architecture = Architectures.Find(options.Model);
        Network = CreateNetwork();
        if (options.Freeze is { } paths)
            FirstWeights.Freeze(Network, paths);
        Loss = CreateLoss();
        Loss.Backend = backend;
        if (options.Optimizer == OptimizerNames.Perceptron && Loss is not PerceptronCriterion<float>)
            throw new InputException($"The perceptron's rule trains a perceptron only; choose another optimizer for {options.Model}.");
        if (options.Optimizer == OptimizerNames.Perceptron && options.Rates is not null)
            throw new InputException("The perceptron's rule trains a single layer, and a factor of its steps changes no prediction: leave out the learning rates of layers (--rate), or choose another optimizer.");
        Optimizer = OptimizerNames.Create(options, Network.Parameters);
        if (options.Rates is { } rates)
            LayerRates.Apply(Network, Optimizer, rates);
        Average = options.Average > 0 ? new WeightAverage<float>(Network, CreateNetwork(), options.Average) : null;
        Scaling = architecture.Scaling(options.Pixels);
        architecture.CheckFits(data.Training);
        augmentation = options.Augmentation();
        augmentation?.Check(data.Training.Channels);
        (Training, Validation) = options.Split(data.Training);
        if (options.Limit is { } limit)
            Training = Training.Take(limit);
    }

    /// <summary>The network.</summary>
    public Network<float> Network { get; }

    /// <summary>
    /// The loss that training minimises, and images are validated with. Labels are smoothed for both: as a network
    /// fits smoothed labels better, its loss on plain ones grows, so the smallest plain loss would come half-way.
    /// </summary>
    public ClassificationLoss<float> Loss { get; }

    /// <summary>The optimizer of the network.</summary>
    public Optimizer<float> Optimizer { get; }

    /// <summary>The average of its weights, or null.</summary>
    public WeightAverage<float>? Average { get; }

    /// <summary>How pixels become numbers.</summary>
    public PixelScaling Scaling { get; }

    /// <summary>The images to train on.</summary>
    public ImageSet Training { get; }

    /// <summary>The images held out.</summary>
    public ImageSet Validation { get; }

    /// <summary>What was learnt from the training images to prepare inputs; null for nothing.</summary>
    public InputPreparation<float>? Preparation { get; set; }

    /// <summary>Learns from the training images how to prepare inputs; null for no preparation.</summary>
    public InputPreparation<float>? LearnPreparation() =>
        options.Prepare is { } name ? PreparationLearner.Learn<float>(name, Training, Scaling) : null;

    /// <summary>Reads the initial weights, where they are not random.</summary>
    /// <returns>The paths of the layers that keep random weights, since they have other classes.</returns>
    public IReadOnlyList<string> LoadFirstWeights() => FirstWeights.Load(options, Network);

    /// <summary>The images to train on, in batches, augmented and prepared.</summary>
    /// <param name="batchSize">Images in a batch; the number in the options if null.</param>
    public Batches<float> CreateBatches(int? batchSize = null) => new(Training, Scaling, batchSize ?? options.BatchSize, augmentation, Preparation);

    /// <summary>Creates the trainer of the network.</summary>
    public Trainer<float> CreateTrainer() => new(ObjectiveOf(Network), Optimizer, () => ObjectiveOf(architecture.Create<float>(options.Seed)))
    {
        Average = Average,
        Clipping = options.Clip > 0 ? new GradientClipping<float>(Network.Parameters, options.Clip) : null,
        BatchesPerStep = options.Accumulate,
    };

    /// <summary>The results of a network on images that it does not learn from.</summary>
    public Evaluation Evaluate(Network<float> network, ImageSet images, Action<Batch<float>, Tensor<float>>? answered = null) =>
        Evaluation.Run(network, Loss, images, Scaling, preparation: Preparation, answered: answered);

    private Network<float> CreateNetwork()
    {
        Network<float> made = architecture.Create<float>(options.Seed);
        made.To(backend);
        return made;
    }

    private Objective<float> ObjectiveOf(Network<float> of) => new(of, CreateLoss, options.L1 > 0 ? new L1Regularizer<float>(options.L1) : null);

    private ClassificationLoss<float> CreateLoss()
    {
        ClassificationLoss<float> loss = architecture.CreateClassificationLoss<float>();
        if (options.LabelSmoothing == 0)
            return loss;
        return loss is SoftmaxCrossEntropy<float>
            ? new SoftmaxCrossEntropy<float>(options.LabelSmoothing)
            : throw new InputException($"Labels are smoothed for softmax cross-entropy only; {options.Model} trains with another loss. Leave out the label smoothing, or choose another model.");
    }
}
