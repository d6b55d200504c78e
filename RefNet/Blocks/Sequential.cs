using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Blocks;

/// <summary>
/// Layers one after the other: y = f_L(... f_2(f_1(x))). Shapes are walked through when it is made, so that a mistake is
/// an error that names the layer and both shapes before any data is read. LECTURES T13, C16.
/// </summary>
public sealed class Sequential<T> : Block<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Where Predict puts the outputs of the layers in turn.
    private Tensor<T>? first;
    private Tensor<T>? second;

    /// <summary>Puts layers one after the other.</summary>
    /// <param name="input">The shape of one sample of the input, such as 1x28x28.</param>
    /// <param name="layers">The layers, first to last; names must differ, and those without one get their type and place.</param>
    /// <exception cref="ShapeException">A layer cannot take what the one before it gives.</exception>
    public Sequential(Shape input, params ReadOnlySpan<Layer<T>> layers) : base(layers)
    {
        Input = input;
        OutputShape(input);
    }

    /// <summary>The shape of one sample of the input.</summary>
    public Shape Input { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => Layers.Aggregate(input, (shape, layer) => layer.OutputShape(shape));

    /// <inheritdoc/>
    public override Cost Cost(Shape input)
    {
        Cost cost = default;
        foreach (Layer<T> layer in Layers)
        {
            cost += layer.Cost(input);
            input = layer.OutputShape(input);
        }

        return cost;
    }

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        CheckInput(x);
        for (int i = 0; i < Layers.Count; i++)
            x = Layers[i].Forward(x, mode);
        return x;
    }

    /// <summary>
    /// Forward in Evaluate mode for those who want the output alone: the outputs of the layers take turns in two pieces of
    /// memory instead of staying where they are, and no Backward can follow.
    /// </summary>
    /// <returns>The output, which holds until the next call.</returns>
    public Tensor<T> Predict(Tensor<T> x)
    {
        CheckInput(x);
        for (int i = 0; i < Layers.Count; i++)
            x = x.SharesMemoryWith(first) ? Layers[i].Predict(x, ref second) : Layers[i].Predict(x, ref first);
        ForgetForward();
        return x;
    }

    // The chain rule, with J_l the matrix of the derivatives of layer l at its own input:
    // (1) dx = J_1ᵀ J_2ᵀ ... J_Lᵀ dy, from the last layer to the first

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        dY = BackwardToFirst(dY);
        return Layers.Count == 0 ? dY : Layers[0].Backward(dY); // (1)
    }

    /// <inheritdoc/>
    public override void BackwardToParameters(Tensor<T> dY)
    {
        dY = BackwardToFirst(dY);
        if (Layers.Count > 0)
            Layers[0].BackwardToParameters(dY);
    }

    // Carries the gradient back to the output of the first layer.
    private Tensor<T> BackwardToFirst(Tensor<T> dY)
    {
        CheckOutputGradient(dY);
        for (int i = Layers.Count - 1; i > 0; i--)
            dY = Layers[i].Backward(dY); // (1)
        return dY;
    }
}
