using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

// A pass through a layer: checks shapes, provides memory, and names the layer in errors. There is no mathematics here.
public abstract partial class Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ShapeCache shapes = new();
    private Tensor<T>? outputMemory;
    private Tensor<T>? inputGradientMemory;

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
        if (Input is null || Output is null)
            throw new InvalidOperationException($"{Name}: Backward needs a Forward before it.");
        if (!dY.Shape.Equals(Output.Shape))
            throw Unfit($"a gradient of the shape of the last output, {Output.Shape}", dY.Shape);

        try
        {
            Tensor<T>? dX = ComputeGradient(Input, Output, dY, needsInputGradient, pool);
            (OutputGradient, InputGradient) = pool is null ? (dY, dX) : (null, null);
            return dX;
        }
        catch (LayerException error)
        {
            SayWhere(error);
            throw;
        }
    }

    /// <summary>Computes y = f(x) in Evaluate mode where only y is needed; no Backward can follow.</summary>
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

    /// <summary>The output of a pass, in memory of this layer or of a pool.</summary>
    private protected virtual Tensor<T> Compute(Tensor<T> x, Shape outputShape, Mode mode, TensorPool<T>? pool)
    {
        Tensor<T> y = pool.RentOrReuse(ref outputMemory, outputShape);
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
        Tensor<T>? dX = !needsInputGradient ? null : pool.RentOrReuse(ref inputGradientMemory, x.Shape);
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
    private protected void Forget() => (Input, Output, OutputGradient, InputGradient) = (null, null, null, null);

    /// <summary>Forgets cached output shapes and the last pass, after a layer inside was replaced.</summary>
    private protected void ForgetShapes()
    {
        shapes.Clear();
        Forget();
    }
}
