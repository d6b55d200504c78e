using System.Numerics;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Blocks;

/// <summary>
/// Residual block: y = F(x) + P(x), where F is any layer or block and P the identity or a projection; samples of the shape
/// that F takes -> samples of the shape that F gives. He et al. 2016, equations 1 and 2; LECTURES L16, X16.
/// </summary>
/// <remarks>The paper puts a ReLU behind the addition: it is a layer of its own, after this block (X16).</remarks>
public sealed class Residual<T> : Block<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Layer<T> body;
    private readonly Layer<T>? projection;

    /// <summary>Makes the block.</summary>
    /// <param name="body">F, what is learned on top of the shortcut.</param>
    /// <param name="projection">P where F changes the shape, such as a convolution with 1x1 kernels; without it the
    /// identity.</param>
    public Residual(Layer<T> body, Layer<T>? projection = null) : base(projection is null ? [body] : [body, projection])
    {
        this.body = body;
        this.projection = projection;
    }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        Shape shortcut = projection is null ? input : projection.OutputShape(input);
        Shape output = body.OutputShape(input);
        return output.Equals(shortcut)
            ? output
            : throw Unfit($"a shortcut of the shape that {body.Name} gives, {output} (a projection changes the shape)", shortcut);
    }

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => projection is null ? body.Cost(input) : body.Cost(input) + projection.Cost(input);

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);

        Tensor<T> shortcut = projection is null ? x : projection.Forward(x, mode);
        Elementwise.Add(body.Forward(x, mode), shortcut, y); // y = F(x) + P(x)
        return y;
    }

    // x reaches y on two ways, and the gradients of both add:
    // (1) dF = dY and dP = dY: the addition copies the gradient
    // (2) dX = F'ᵀ dF + P'ᵀ dP, and P' = 1 for the identity

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);

        Tensor<T> shortcut = projection is null ? dY : projection.Backward(dY); // (1)
        Elementwise.Add(body.Backward(dY), shortcut, dX);                       // (2)
        return dX;
    }
}
