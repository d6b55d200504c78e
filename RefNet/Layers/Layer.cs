using System.Numerics;
using RefNet.Backends;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// A function y = f(x) of a batch, with the gradient of the loss carried back through it. A layer says which shape it gives
/// and writes two functions, <see cref="Forward(Tensor{T}, Tensor{T}, Mode)"/> and
/// <see cref="Backward(Tensor{T}, Tensor{T}, Tensor{T}, Tensor{T}?)"/>; this class owns x, y, dY and dX, checks shapes and keeps memory.
/// </summary>
/// <remarks>
/// Shapes are those of one sample; tensors have the batch axis in front. A layer instance stands once in one network and is
/// used by one thread at a time. Tensors of a pass hold until the next pass: whoever keeps one longer clones it.
/// </remarks>
public abstract class Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ShapeCache shapes = new();
    private string? name;
    private Tensor<T>? outputMemory;
    private Tensor<T>? inputGradientMemory;

    /// <summary>The name of the layer in its block; where none is given, its type and its place there, from 1: Tanh4.</summary>
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

    /// <summary>Computes y = f(x).</summary>
    /// <exception cref="ShapeException">This layer cannot take such an input.</exception>
    public Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Forget();
        try
        {
            Tensor<T> y = Compute(x, shapes.OutputOf(this, x.Shape), mode, pool: null);
            (Input, Output) = (x, y);
            return y;
        }
        catch (LayerException error)
        {
            SayWhere(error);
            throw;
        }
    }

    /// <summary>Returns dX, and ADDS to the gradient of each parameter, for the last Forward.</summary>
    /// <param name="dY">The gradient of the loss with respect to the output of the last Forward.</param>
    /// <exception cref="InvalidOperationException">No Forward came before.</exception>
    /// <exception cref="ShapeException">dY has another shape than that output.</exception>
    public Tensor<T> Backward(Tensor<T> dY) => Backward(dY, needsInputGradient: true)!;

    /// <summary>Does the same, and leaves out dX where nobody wants it.</summary>
    /// <inheritdoc cref="Backward(Tensor{T})"/>
    public Tensor<T>? Backward(Tensor<T> dY, bool needsInputGradient)
    {
        if (Input is null || Output is null)
            throw new InvalidOperationException($"{Name}: Backward needs a Forward before it.");
        if (!dY.Shape.Equals(Output.Shape))
            throw Unfit($"a gradient of the shape of the last output, {Output.Shape}", dY.Shape);

        try
        {
            Tensor<T>? dX = ComputeGradient(Input, Output, dY, needsInputGradient);
            (OutputGradient, InputGradient) = (dY, dX);
            return dX;
        }
        catch (LayerException error)
        {
            SayWhere(error);
            throw;
        }
    }

    /// <summary>Computes y = f(x) in Evaluate mode for those who want y alone; no Backward can follow.</summary>
    internal Tensor<T> Predict(Tensor<T> x, TensorPool<T> pool)
    {
        Forget();
        try
        {
            return Compute(x, shapes.OutputOf(this, x.Shape), Mode.Evaluate, pool);
        }
        catch (LayerException error)
        {
            SayWhere(error);
            throw;
        }
    }

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
    protected ShapeException Unfit(string expected, Shape found) => new(Name, expected, found);

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
    /// Gives parameters, at their first use, and random masks the numbers of a seed. Each layer has a stream of its own, named by
    /// its path: another layer more does not change them.
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

    /// <summary>The output of a pass: in memory of this layer, or in that of a pool.</summary>
    private protected virtual Tensor<T> Compute(Tensor<T> x, Shape outputShape, Mode mode, TensorPool<T>? pool)
    {
        Tensor<T> y = pool is null ? Tensor<T>.Reuse(ref outputMemory, outputShape) : pool.Rent(outputShape);
        Backend.Enter(Name);
        try
        {
            Forward(x, y, mode);
        }
        catch (Exception error) when (LayerException.Explains(error))
        {
            throw new LayerException(this, TypeName, $"Forward in {mode}, from x of shape {x.Shape} to y of shape {y.Shape},", error);
        }
        finally
        {
            Backend.Leave();
        }

        return y;
    }

    /// <summary>The gradient of a pass, or null where nobody wants it.</summary>
    private protected virtual Tensor<T>? ComputeGradient(Tensor<T> x, Tensor<T> y, Tensor<T> dY, bool needsInputGradient)
    {
        Tensor<T>? dX = needsInputGradient ? Tensor<T>.Reuse(ref inputGradientMemory, x.Shape) : null;
        Backend.Enter(Name);
        try
        {
            Backward(x, y, dY, dX);
            if (IsFrozen)
                ClearGradients(); // for a layer that does not ask
        }
        catch (Exception error) when (LayerException.Explains(error))
        {
            throw new LayerException(this, TypeName, $"Backward, from dY of shape {dY.Shape} to {(dX is null ? "dX that is null, since nobody wants it," : $"dX of shape {x.Shape},")}", error);
        }
        finally
        {
            Backend.Leave();
        }

        return dX;
    }

    /// <summary>The shape that <see cref="OutputShape"/> gives, with an error that names the layer where it fails.</summary>
    internal Shape ShapeOf(Shape input)
    {
        try
        {
            return OutputShape(input);
        }
        catch (Exception error) when (LayerException.Explains(error))
        {
            throw new LayerException(this, TypeName, $"OutputShape of samples of shape {input}", error);
        }
        catch (LayerException error)
        {
            SayWhere(error);
            throw;
        }
    }

    // The outermost block is the last to say it.
    private void SayWhere(LayerException error)
    {
        foreach ((string path, Layer<T> layer) in this.Walk())
        {
            if (ReferenceEquals(layer, error.Layer))
                error.StandsAt(path);
        }
    }

    /// <summary>Makes Backward ask for another Forward.</summary>
    private protected void Forget() => (Input, Output, OutputGradient, InputGradient) = (null, null, null, null);

    /// <summary>Forgets the shapes of outputs, and the last pass, after a layer inside was replaced.</summary>
    private protected void ForgetShapes()
    {
        shapes.Clear();
        Forget();
    }

    /// <summary>Whether the layer was given a name.</summary>
    internal bool HasOwnName { get; private init; }

    /// <summary>Names a layer that has no name of its own.</summary>
    internal void NameByDefault(string given) => name ??= given;

    /// <summary>The name of the type, without its type parameter.</summary>
    internal string TypeName => GetType().Name.Split('`')[0];
}
