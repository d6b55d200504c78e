using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Blocks;

/// <summary>
/// A whole network: layers in sequence, the shape of its input, and the seed of its initial weights. Layers are found
/// by their paths, <c>network["layer1.0.conv1"]</c>. The constructor checks all shapes, so that a mistake is
/// reported, with the layer and both shapes, before any data is read. LECTURES T13, C16.
/// </summary>
public sealed class Network<T> : Sequential<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorPool<T> pool = new();

    /// <summary>Creates a network.</summary>
    /// <param name="input">The shape of one sample of the input, such as 1x28x28.</param>
    /// <param name="seed">The seed of the initial weights and of random masks.</param>
    /// <param name="layers">The layers, first to last; names must differ, and a layer without one is named after its type and position.</param>
    /// <exception cref="ShapeException">A layer cannot take the output shape of the one before it.</exception>
    public Network(Shape input, int seed, params ReadOnlySpan<Layer<T>> layers) : base(layers)
    {
        InputShape = input;
        Seed = seed;
        ShapeOf(input);
        Initialize(seed, path: "", keepsValues: true);
    }

    /// <summary>The shape of one sample of the input.</summary>
    public Shape InputShape { get; }

    /// <summary>The seed of the initial weights and of random masks.</summary>
    public int Seed { get; }

    /// <summary>The layer at a path.</summary>
    /// <exception cref="InputException">There is no such layer; the message lists the paths there are.</exception>
    public Layer<T> this[string path]
    {
        get
        {
            Layer<T> layer = this;
            foreach (string name in path.Split('.'))
                layer = layer.NamedLayers().FirstOrDefault(inner => inner.Name == name) ?? throw NoLayer(path, name, layer);
            return layer;
        }
    }

    /// <summary>
    /// Replaces a layer by another, such as a head for other classes, on the network's backend. Parameters that have
    /// no values yet are drawn from the network's seed and their path. Objectives, optimizers and trainers created
    /// before still refer to the old layer: create new ones.
    /// </summary>
    /// <param name="path">The path of the layer to replace.</param>
    /// <param name="layer">The new layer; without a name of its own it takes over the old one's.</param>
    /// <exception cref="ShapeException">The shapes do not fit; the network is unchanged.</exception>
    public void Replace(string path, Layer<T> layer)
    {
        Layer<T> old = this[path];
        HashSet<Layer<T>> others = [.. this.Walk().Select(place => place.Layer).Except(old.Walk().Select(place => place.Layer))];
        CheckOnce(layer, others, nameof(layer));
        Block<T>[] around = [.. this.Walk().Select(place => place.Layer).OfType<Block<T>>().Where(block => block.Walk().Any(place => place.Layer == old) && block != old)];
        Block<T> inner = around[^1];
        int place = inner.Layers.ToList().IndexOf(old);

        layer.NameByDefault(old.Name);
        Put(layer);
        try
        {
            if (around.Select(block => block.NamesProblem()).FirstOrDefault(problem => problem is not null) is { } problem)
                throw new ArgumentException(problem, nameof(layer));
            OutputShape(InputShape);
        }
        catch
        {
            Put(old);
            throw;
        }

        string parent = path.Contains('.') ? path[..path.LastIndexOf('.')] : "";
        layer.Initialize(Seed, Paths.Join(parent, layer.Name), keepsValues: true);
        layer.To(Backend);

        void Put(Layer<T> comes)
        {
            inner.PutLayer(place, comes);
            foreach (Block<T> block in around)
                block.Changed();
        }
    }

    /// <summary>A network that begins with one layer more, and goes on with the layers of this one, which keep their names and weights. One of the two is used at a time.</summary>
    /// <param name="first">A layer whose output has the shape of its input.</param>
    /// <exception cref="ShapeException">Its output does not fit.</exception>
    public Network<T> Behind(Layer<T> first)
    {
        foreach (Layer<T> layer in this.NamedLayers())
            layer.NameForGood(layer.Name); // a default name counts places
        Network<T> longer = new(InputShape, Seed, [first, .. Layers]);
        longer.To(Backend);
        return longer;
    }

    /// <summary>
    /// Forward in Evaluate mode where only the output is needed: memory is reused as soon as no later layer needs it,
    /// and no Backward can follow.
    /// </summary>
    /// <returns>The output, which is valid until the next pass.</returns>
    public Tensor<T> Predict(Tensor<T> x) => Forward(Begin(x), Mode.Evaluate, PassMemory<T>.ForPrediction(pool));

    /// <summary>
    /// Forward in Train mode where only the gradients of the parameters are needed then, by <see cref="AddParameterGradients"/>: the memory of outputs that no
    /// Backward reads (<see cref="Layer{T}.BackwardReads"/>) is reused as soon as the next layer has read them, and they are null in their layers.
    /// </summary>
    /// <returns>The output.</returns>
    public Tensor<T> ForwardForTraining(Tensor<T> x) => Forward(Begin(x), Mode.Train, PassMemory<T>.ForTraining(pool));

    /// <summary>
    /// Backward where only the gradients of the parameters are needed: memory of gradients is reused as soon as no earlier
    /// layer needs them, and <see cref="Layer{T}.OutputGradient"/> and <see cref="Layer{T}.InputGradient"/> stay null.
    /// </summary>
    /// <param name="dY">The gradient of the loss with respect to the output of the last Forward.</param>
    public void AddParameterGradients(Tensor<T> dY)
    {
        pool.ReturnAll(stillNeeded: Input);
        Backward(dY, needsInputGradient: false, pool);
    }

    /// <summary>The C# that creates this network, one line per layer.</summary>
    public override string ToString() => CSharp.New(this, CSharp.Code(InputShape), $"seed: {Seed}", CSharp.Lines(Layers));

    // All memory of the pool is free again, but for that of x, if it is the output of the last pass. Its object belongs to a layer, which will give it other memory.
    private Tensor<T> Begin(Tensor<T> x)
    {
        pool.ReturnAll(stillNeeded: x);
        return pool.Owns(x) ? x.Reshape(x.Shape) : x;
    }

    private static InputException NoLayer(string path, string name, Layer<T> block) => new(
        $"There is no layer '{path}': {(block is Network<T> ? "the network" : block.Name)} has no '{name}'; it has {(block.Layers.Count > 0 ? string.Join(", ", block.NamedLayers().Select(layer => layer.Name)) : "no layers inside")}.");
}
