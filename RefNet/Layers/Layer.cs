using System.Numerics;
using RefNet.Backends;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// A function y = f(x) of a batch, and the gradient of the loss with respect to x and its parameters. A layer defines
/// its output shape and two functions, <see cref="Forward(Tensor{T}, Tensor{T}, Mode)"/> and
/// <see cref="Backward(Tensor{T}, Tensor{T}, Tensor{T}, Tensor{T}?)"/>; this class holds x, y, dY and dX, checks
/// shapes and manages memory (Layer.Passes.cs).
/// </summary>
/// <remarks>
/// Shapes are those of one sample; tensors have the batch as their first axis. A layer instance appears once in one network
/// and is used by one thread at a time. Tensors of a pass are valid until the next pass: clone one to keep it longer.
/// In the documentation of layers, names such as L3 or X4 are rows of docs/lectures.md, S0 to S4 the lecture series listed there, and "Loops:" gives
/// the files of Backends/Reference with the plain loops of the operations that the layer calls.
/// </remarks>
public abstract partial class Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private string? name;

    /// <summary>
    /// The name of the layer in its block; by default its type and its position there, from 1: Tanh4. A block with an
    /// empty name adds nothing to the paths of its layers.
    /// </summary>
    public string Name
    {
        get => name ?? TypeName;
        init => (name, HasOwnName) = (value, value is not null);
    }

    /// <summary>The shape of one sample of the output, given that of the input.</summary>
    /// <exception cref="ShapeException">This layer cannot take such an input.</exception>
    public abstract Shape OutputShape(Shape input);

    /// <summary>The parameters, which training changes.</summary>
    public virtual IReadOnlyList<Parameter<T>> Parameters => [];

    /// <summary>What a checkpoint saves besides the parameters: running statistics, a counter.</summary>
    public virtual IReadOnlyList<Buffer<T>> Buffers => [];

    /// <summary>The layers inside this one; none unless it is a block.</summary>
    public virtual IReadOnlyList<Layer<T>> Layers => [];

    /// <summary>
    /// Whether each sample of y depends only on the same sample of x, in every mode. A batch may then be computed in
    /// slices. The default, false, is always safe.
    /// </summary>
    public virtual bool TreatsSamplesAlone => false;

    /// <summary>The cost of one forward pass of one sample of the given shape; zero unless the layer says otherwise.</summary>
    public virtual Cost Cost(Shape input) => default;

    /// <summary>The backend that the layer computes on. <see cref="To"/> changes it.</summary>
    public IBackend<T> Backend { get; private set; } = BackendDefaults<T>.Backend;

    /// <summary>
    /// Whether training leaves the layer unchanged: Backward skips the gradients of its parameters, and running
    /// statistics are not updated. Setting it on a block sets it on all layers inside.
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

    /// <summary>
    /// Which of x and y <see cref="Backward(Tensor{T}, Tensor{T}, Tensor{T}, Tensor{T}?)"/> reads, the same in every mode; it may rely on the shapes of both. The
    /// default, both, is always safe; a layer that reads less needs less memory in training.
    /// </summary>
    public virtual BackwardReads BackwardReads => BackwardReads.Both;

    /// <summary>x of the last Forward; null where a step of <c>Objective</c> or <c>Trainer</c>, which keeps only what a Backward reads, may have reused its memory.</summary>
    public Tensor<T>? Input { get; private set; }

    /// <summary>y of the last Forward; null where such a step has reused its memory.</summary>
    public Tensor<T>? Output { get; private set; }

    /// <summary>dY of the last Backward, the gradient of the loss with respect to y.</summary>
    public Tensor<T>? OutputGradient { get; private set; }

    /// <summary>dX of the last Backward, the gradient of the loss with respect to x; null where it was not needed.</summary>
    public Tensor<T>? InputGradient { get; private set; }

    /// <summary>Writes y = f(x), every element of it. x does not change.</summary>
    /// <param name="x">The batch.</param>
    /// <param name="y">Has the shape that <see cref="OutputShape"/> gives; its contents are undefined.</param>
    /// <param name="mode">Train or Evaluate.</param>
    protected abstract void Forward(Tensor<T> x, Tensor<T> y, Mode mode);

    /// <summary>
    /// Writes dX, every element of it, and ADDS to the gradient of each parameter, unless the layer is frozen.
    /// Nothing else changes.
    /// </summary>
    /// <param name="x">x of the last Forward; its contents are undefined if <see cref="BackwardReads"/> lacks it.</param>
    /// <param name="y">y of the last Forward; likewise.</param>
    /// <param name="dY">The gradient of the loss with respect to y.</param>
    /// <param name="dX">The gradient of the loss with respect to x, to be written; null where it is not needed.</param>
    protected abstract void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX);

    /// <summary>The error for an input shape that this layer cannot take.</summary>
    protected ShapeException Unfit(string expected, Shape found) => new(Name.Length > 0 ? Name : TypeName, expected, found);

    /// <summary>Moves the layer, and all layers inside it, to a backend, from the next pass on.</summary>
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
    /// Sets the seed of the initial parameters and buffers, which are drawn at first use, and of random masks. Each layer has its own stream,
    /// derived from its path: adding a layer does not change the streams of layers that keep their names (default names count positions).
    /// </summary>
    /// <param name="seed">The seed.</param>
    /// <param name="path">The names of the enclosing blocks and of this layer, joined with dots.</param>
    public void Initialize(int seed, string path = "") => Initialize(seed, path, keepsValues: false);

    /// <summary>The same; parameters that already have values may keep them.</summary>
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

    /// <summary>The seed of everything random in this layer.</summary>
    protected int Stream { get; private set; }

    /// <summary>Sets the gradients of all parameters to zero.</summary>
    public void ClearGradients()
    {
        IReadOnlyList<Parameter<T>> parameters = Parameters;
        for (int i = 0; i < parameters.Count; i++)
            parameters[i].ClearGradient();
    }

    /// <summary>The C# that creates this layer.</summary>
    public override string ToString() => CSharp.New(this);

    /// <summary>Whether the layer was given a name.</summary>
    internal bool HasOwnName { get; private set; }

    /// <summary>Fixes the name of the layer to the given one, unless it already has its own.</summary>
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
