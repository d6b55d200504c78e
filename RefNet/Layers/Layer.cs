using System.Numerics;
using RefNet.Backends;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// A function y = f(x) of a batch, with the gradient of the loss carried back through it. A layer says which shape it gives
/// and writes two functions, <see cref="Forward(Tensor{T}, Tensor{T}, Mode)"/> and
/// <see cref="Backward(Tensor{T}, Tensor{T}, Tensor{T}, Tensor{T}?)"/>; this class owns x, y, dY and dX, checks
/// shapes and keeps memory (Layer.Passes.cs).
/// </summary>
/// <remarks>
/// Shapes are those of one sample; tensors have the batch axis in front. A layer instance stands once in one network and is
/// used by one thread at a time. Tensors of a pass hold until the next pass: whoever keeps one longer clones it.
/// </remarks>
public abstract partial class Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private string? name;

    /// <summary>
    /// The name of the layer in its block; where none is given, its type and its place there, from 1: Tanh4. The name of a block may
    /// be empty: it then adds nothing to the paths of its layers.
    /// </summary>
    public string Name
    {
        get => name ?? TypeName;
        init => (name, HasOwnName) = (value, value is not null);
    }

    /// <summary>The shape of one sample of the output, for one of the input.</summary>
    /// <exception cref="ShapeException">This layer cannot take such an input.</exception>
    public abstract Shape OutputShape(Shape input);

    /// <summary>What training changes.</summary>
    public virtual IReadOnlyList<Parameter<T>> Parameters => [];

    /// <summary>What a checkpoint saves beside the parameters: running statistics, a count.</summary>
    public virtual IReadOnlyList<Buffer<T>> Buffers => [];

    /// <summary>The layers that this one is made of; none, unless it is a block.</summary>
    public virtual IReadOnlyList<Layer<T>> Layers => [];

    /// <summary>
    /// Whether each sample of y depends on the same sample of x alone, in every mode. A batch may then be computed in slices. The
    /// default is the safe one.
    /// </summary>
    public virtual bool TreatsSamplesAlone => false;

    /// <summary>What one forward pass of one sample of the given shape costs; nothing, unless the layer says otherwise.</summary>
    public virtual Cost Cost(Shape input) => default;

    /// <summary>Where the layer computes. <see cref="To"/> moves it.</summary>
    public IBackend<T> Backend { get; private set; } = BackendDefaults<T>.Backend;

    /// <summary>
    /// Whether the layer stays as it is in training: Backward leaves out the gradients of its parameters, and running statistics
    /// stand still. Setting it on a block sets it on all layers inside.
    /// </summary>
    public bool IsFrozen
    {
        get => Layers.Count > 0 ? Layers.All(layer => layer.IsFrozen) : field;
        set
        {
            field = value;
            foreach (Layer<T> layer in Layers)
                layer.IsFrozen = value;
            foreach (Parameter<T> parameter in Parameters)
                parameter.IsFrozen = value;
        }
    }

    /// <summary>Whether training changes a parameter of this layer.</summary>
    public bool Learns
    {
        get
        {
            IReadOnlyList<Parameter<T>> parameters = Parameters;
            for (int i = 0; i < parameters.Count; i++)
            {
                if (!parameters[i].IsFrozen)
                    return true;
            }

            return false;
        }
    }

    /// <summary>x of the last Forward.</summary>
    public Tensor<T>? Input { get; private set; }

    /// <summary>y of the last Forward.</summary>
    public Tensor<T>? Output { get; private set; }

    /// <summary>dY of the last Backward, the gradient of the loss with respect to y.</summary>
    public Tensor<T>? OutputGradient { get; private set; }

    /// <summary>dX of the last Backward, the gradient of the loss with respect to x; null where nobody wanted it.</summary>
    public Tensor<T>? InputGradient { get; private set; }

    /// <summary>Writes y = f(x), every element of it. x stays as it is.</summary>
    /// <param name="x">The batch.</param>
    /// <param name="y">Has the shape that <see cref="OutputShape"/> gives; its contents are undefined.</param>
    /// <param name="mode">What the pass is for.</param>
    protected abstract void Forward(Tensor<T> x, Tensor<T> y, Mode mode);

    /// <summary>
    /// Writes dX, every element of it, and ADDS to the gradient of each parameter, unless the layer is frozen. Everything else
    /// stays as it is.
    /// </summary>
    /// <param name="x">x of the last Forward.</param>
    /// <param name="y">y of the last Forward.</param>
    /// <param name="dY">The gradient of the loss with respect to y.</param>
    /// <param name="dX">The gradient of the loss with respect to x, to be written; null where nobody wants it.</param>
    protected abstract void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX);

    /// <summary>The error of a layer that was given a shape it cannot take.</summary>
    protected ShapeException Unfit(string expected, Shape found) => new(Name.Length > 0 ? Name : TypeName, expected, found);

    /// <summary>Computes where a backend does, from the next pass on; of a block, all layers inside.</summary>
    public void To(IBackend<T> backend)
    {
        Forget();
        Backend = backend;
        foreach (Parameter<T> parameter in Parameters)
            parameter.Backend = backend;
        foreach (Layer<T> layer in Layers)
            layer.To(backend);
    }

    /// <summary>
    /// Gives parameters and drawn buffers, at their first use, and random masks the numbers of a seed. Each layer has a stream of its own, named by
    /// its path: adding a layer does not change those of layers whose names stay (a default name counts places).
    /// </summary>
    /// <param name="seed">The seed.</param>
    /// <param name="path">The names of the blocks around this layer and its own, with dots between them.</param>
    public void Initialize(int seed, string path = "") => Initialize(seed, path, keepsValues: false);

    /// <summary>Does the same; parameters that have values already may keep them.</summary>
    internal void Initialize(int seed, string path, bool keepsValues)
    {
        Stream = Seeds.Derive(seed, Seeds.Name(path));
        foreach (Layer<T> layer in Layers)
            layer.Initialize(seed, Paths.Join(path, layer.Name), keepsValues);
        if (Layers.Count > 0)
            return;
        foreach (Parameter<T> parameter in Parameters)
            parameter.DrawFrom(Seeds.Derive(Stream, Seeds.Name(parameter.Name)), keepsValues);
        foreach (Buffer<T> buffer in Buffers)
            buffer.DrawFrom(Seeds.Derive(Stream, Seeds.Name(buffer.Name)), keepsValues);
    }

    /// <summary>The seed of what is random in this layer.</summary>
    protected int Stream { get; private set; }

    /// <summary>Sets the gradients of all parameters to zero.</summary>
    public void ClearGradients()
    {
        IReadOnlyList<Parameter<T>> parameters = Parameters;
        for (int i = 0; i < parameters.Count; i++)
            parameters[i].ClearGradient();
    }

    /// <summary>The C# that makes this layer.</summary>
    public override string ToString() => CSharp.New(this);

    /// <summary>Whether the layer was given a name.</summary>
    internal bool HasOwnName { get; private set; }

    /// <summary>Gives the layer a name of its own, unless it has one.</summary>
    internal void NameForGood(string given) => (name, HasOwnName) = (HasOwnName ? name : given, true);

    /// <summary>Names a layer that has no name of its own.</summary>
    internal void NameByDefault(string given)
    {
        if (!HasOwnName)
            name = given;
    }

    /// <summary>The name of the type, without its type parameter.</summary>
    internal string TypeName => GetType().Name.Split('`')[0];
}
