using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

// A pass through a layer: checks shapes, provides memory, and names the layer in errors. There is no mathematics here.
public abstract partial class Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ShapeCache shapes = new();

    // Each in the layer's own memory, and in that of a pool
    private Tensor<T>? ownOutput;
    private Tensor<T>? lentOutput;
    private Tensor<T>? ownInputGradient;
    private Tensor<T>? lentInputGradient;

    // x and y of the last Forward, whether or not they are kept
    private Tensor<T>? lastInput;
    private Tensor<T>? lastOutput;

    /// <summary>Computes y = f(x).</summary>
    /// <exception cref="ShapeException">This layer cannot take such an input.</exception>
    public Tensor<T> Forward(Tensor<T> x, Mode mode) => Forward(x, mode, PassMemory<T>.KeepingAll);

    /// <summary>The same, with memory of a pool for outputs that are not kept.</summary>
    internal Tensor<T> Forward(Tensor<T> x, Mode mode, PassMemory<T> memory)
    {
        Forget();
        try
        {
            Tensor<T> y = Compute(x, shapes.OutputOf(this, x.Shape), mode, memory);
            if (!memory.BackwardFollows)
                return y;
            (lastInput, lastOutput) = (x, y);
            Input = memory.Pool is null || ReadsInput ? x : null;
            Output = memory.KeepsOutputOf(BackwardReads) ? y : null;
            return y;
        }
        catch (LayerException error)
        {
            SayWhere(error);
            throw;
        }
    }

    /// <summary>For the last Forward, returns dX and ADDS to the gradient of each parameter.</summary>
    /// <param name="dY">The gradient of the loss with respect to the output of the last Forward.</param>
    /// <exception cref="InvalidOperationException">There was no Forward before.</exception>
    /// <exception cref="ShapeException">The shape of dY differs from that of the output.</exception>
    public Tensor<T> Backward(Tensor<T> dY) => Backward(dY, needsInputGradient: true)!;

    /// <summary>The same, without dX where it is not needed.</summary>
    /// <inheritdoc cref="Backward(Tensor{T})"/>
    public Tensor<T>? Backward(Tensor<T> dY, bool needsInputGradient) => Backward(dY, needsInputGradient, pool: null);

    /// <summary>
    /// The same. With a pool, memory of gradients is reused as soon as no earlier layer needs them, and
    /// <see cref="OutputGradient"/> and <see cref="InputGradient"/> stay null.
    /// </summary>
    internal Tensor<T>? Backward(Tensor<T> dY, bool needsInputGradient, TensorPool<T>? pool)
    {
        if (lastInput is null || lastOutput is null)
            throw new InvalidOperationException($"{Name}: Backward needs a Forward before it.");
        if (!dY.Shape.Equals(lastOutput.Shape))
            throw Unfit($"a gradient of the shape of the last output, {lastOutput.Shape}", dY.Shape);

        try
        {
            Tensor<T>? dX = ComputeGradient(lastInput, lastOutput, dY, needsInputGradient, pool);
            (OutputGradient, InputGradient) = pool is null ? (dY, dX) : (null, null);
            return dX;
        }
        catch (LayerException error)
        {
            SayWhere(error);
            throw;
        }
    }

    /// <summary>The output of a pass, in memory of this layer or of a pool.</summary>
    private protected virtual Tensor<T> Compute(Tensor<T> x, Shape outputShape, Mode mode, PassMemory<T> memory)
    {
        Tensor<T> y = OutputMemory(outputShape, memory);
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

    /// <summary>The input gradient of a pass, in memory of this layer or of a pool, or null where it is not needed.</summary>
    private protected virtual Tensor<T>? ComputeGradient(Tensor<T> x, Tensor<T> y, Tensor<T> dY, bool needsInputGradient, TensorPool<T>? pool)
    {
        Tensor<T>? dX = needsInputGradient ? InputGradientMemory(x.Shape, pool) : null;
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

    /// <summary>A tensor for y, in memory of this layer if it is kept, otherwise of the pool; its contents are undefined.</summary>
    private protected Tensor<T> OutputMemory(Shape shape, PassMemory<T> memory) =>
        memory.KeepsOutputOf(BackwardReads) ? Tensor<T>.Reuse(ref ownOutput, shape) : memory.Pool!.Rent(ref lentOutput, shape);

    /// <summary>A tensor for dX, in memory of the pool or, without one, of this layer; its contents are undefined.</summary>
    private protected Tensor<T> InputGradientMemory(Shape shape, TensorPool<T>? pool) =>
        pool is null ? Tensor<T>.Reuse(ref ownInputGradient, shape) : pool.Rent(ref lentInputGradient, shape);

    /// <summary>Whether Backward reads x.</summary>
    internal bool ReadsInput => (BackwardReads & BackwardReads.Input) != 0;

    /// <summary>The shape of the output of the last Forward.</summary>
    internal Shape LastOutputShape => lastOutput!.Shape;

    /// <summary>The shape that <see cref="OutputShape"/> gives; where it fails, the error names the layer.</summary>
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

    /// <summary>Forgets the last pass, so that Backward asks for another Forward.</summary>
    private protected void Forget()
    {
        (lastInput, lastOutput) = (null, null);
        (Input, Output, OutputGradient, InputGradient) = (null, null, null, null);
    }

    /// <summary>Forgets cached output shapes and the last pass, after a layer inside was replaced.</summary>
    private protected void ForgetShapes()
    {
        shapes.Clear();
        Forget();
    }
}
