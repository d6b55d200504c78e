using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// A function y = f(x) of a batch, with the gradient of the loss carried back through it. Shapes are those of one sample;
/// tensors have the batch axis in front.
/// </summary>
/// <remarks>
/// A layer instance stands once in one network and is not thread-safe: between Forward and Backward it holds what
/// Backward needs. The tensors that Forward and Backward return belong to the layer and hold until its next call.
/// </remarks>
public abstract class Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The shapes of the last few inputs and outputs: a run comes back to few, those of whole batches, of the rest at the
    // end of an epoch, and of an evaluation.
    private readonly (Shape? Input, Shape? Output)[] known = new (Shape?, Shape?)[4];

    private string? name;
    private Shape? inputShape;
    private Shape? outputShape;
    private Tensor<T>? output;
    private Tensor<T>? inputGradient;

    /// <summary>What tables, checkpoints and errors call this layer; where none is given, its type and place: Tanh4.</summary>
    public string Name
    {
        get => name ?? TypeName;
        init => name = value;
    }

    /// <summary>The shape of one sample of the output, for one of the input.</summary>
    /// <exception cref="ShapeException">This layer cannot take such an input.</exception>
    public abstract Shape OutputShape(Shape input);

    /// <summary>Computes y = f(x).</summary>
    /// <exception cref="ShapeException">This layer cannot take such an input.</exception>
    public abstract Tensor<T> Forward(Tensor<T> x, Mode mode);

    /// <summary>Returns dX, and ADDS to the gradient of each parameter, for the last Forward.</summary>
    /// <param name="dY">The gradient of the loss with respect to the output of the last Forward.</param>
    /// <exception cref="InvalidOperationException">No Forward came before.</exception>
    /// <exception cref="ShapeException">dY has another shape than that output.</exception>
    public abstract Tensor<T> Backward(Tensor<T> dY);

    /// <summary>
    /// Does what <see cref="Backward"/> does but for dX, where nobody wants it: in the first layer of a network that is
    /// trained. A layer to which dX is extra work leaves it out.
    /// </summary>
    /// <inheritdoc cref="Backward"/>
    public virtual void BackwardToParameters(Tensor<T> dY) => Backward(dY);

    /// <summary>What training changes.</summary>
    public virtual IReadOnlyList<Parameter<T>> Parameters => [];

    /// <summary>Sets the gradients of all parameters to zero.</summary>
    public void ClearGradients()
    {
        IReadOnlyList<Parameter<T>> parameters = Parameters;
        for (int i = 0; i < parameters.Count; i++)
            parameters[i].ClearGradient();
    }

    /// <summary>What is saved beside the parameters.</summary>
    public virtual IReadOnlyList<Buffer<T>> Buffers => [];

    /// <summary>What one forward pass of one sample of the given shape costs; nothing, unless the layer says otherwise.</summary>
    public virtual Cost Cost(Shape input) => default;

    /// <summary>Computes y = f(x) in Evaluate mode into a tensor that is lent, where the layer writes one of its own; Backward cannot follow.</summary>
    internal Tensor<T> Predict(Tensor<T> x, ref Tensor<T>? lent)
    {
        (Tensor<T>? own, output) = (output, lent);
        try
        {
            return Forward(x, Mode.Evaluate);
        }
        finally
        {
            (lent, output) = (output, own);
            ForgetForward();
        }
    }

    /// <summary>Makes Backward ask for another Forward.</summary>
    private protected void ForgetForward() => inputShape = null;

    /// <summary>
    /// The tensor that Forward writes, every element of it: it has the shape that <see cref="OutputShape"/> gives for
    /// <paramref name="x"/>. From one step to the next it is the same memory.
    /// </summary>
    protected Tensor<T> OutputFor(Tensor<T> x) => Tensor<T>.Reuse(ref output, CheckInput(x));

    /// <summary>
    /// The tensor that Backward writes, every element of it: it has the shape of the last input. Checks that Forward came
    /// before and that <paramref name="dY"/> has the shape of its output.
    /// </summary>
    protected Tensor<T> InputGradientFor(Tensor<T> dY) => Tensor<T>.Reuse(ref inputGradient, CheckOutputGradient(dY));

    /// <summary>Checks an input, and keeps its shape for Backward; for a layer whose output lies in memory of another.</summary>
    /// <returns>The shape of the output.</returns>
    protected Shape CheckInput(Tensor<T> x)
    {
        if (!x.Shape.Equals(inputShape))
            (inputShape, outputShape) = (x.Shape, FindOutputShape(x.Shape));
        return outputShape!;
    }

    private Shape FindOutputShape(Shape input)
    {
        foreach ((Shape? knownInput, Shape? knownOutput) in known)
        {
            if (input.Equals(knownInput))
                return knownOutput!;
        }

        if (input.Rank < 2)
            throw Unfit("a batch: samples x the shape of one sample", input);
        Shape output = OutputShape(input.Sample).Batch(input[0]);
        known.AsSpan(1).CopyTo(known); // the oldest goes
        known[^1] = (input, output);
        return output;
    }

    /// <summary>Checks that Forward came before and that a gradient has the shape of its output.</summary>
    /// <returns>The shape of the input.</returns>
    protected Shape CheckOutputGradient(Tensor<T> dY)
    {
        if (inputShape is null)
            throw new InvalidOperationException($"{Name}: Backward needs a Forward before it.");
        if (!dY.Shape.Equals(outputShape))
            throw Unfit($"a gradient of the shape of the last output, {outputShape}", dY.Shape);
        return inputShape;
    }

    /// <summary>The error of a layer that was given a shape it cannot take.</summary>
    protected ShapeException Unfit(string expected, Shape found) => new(Name, expected, found);

    /// <summary>Names a layer that has no name of its own after its type and its place in a network, from 1.</summary>
    internal void NameByPlace(int place) => name ??= TypeName + place;

    private string TypeName => GetType().Name.Split('`')[0];
}
