using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Gpu.Resident;

/// <summary>
/// A layer whose tensors live on a device. It says in which order its passes ask what of the device; formulas, derivations
/// and shapes are those of the layer of the engine that it stands for, whose steps (1), (2) ... its lines name.
/// </summary>
/// <remarks>The tensors that Forward and Backward return belong to the layer and hold until its next call.</remarks>
internal abstract class ResidentLayer<T>(IResidentDevice<T> device, Layer<T> layer) : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private DeviceTensor<T>? output;
    private DeviceTensor<T>? inputGradient;
    private Shape? inputShape;
    private Shape? outputShape;

    /// <summary>What training changes.</summary>
    public virtual IReadOnlyList<ResidentParameter<T>> Parameters => [];

    protected IResidentDevice<T> Device => device;

    /// <summary>Puts a layer of the engine on a device, with its parameters as they are now.</summary>
    /// <exception cref="InputException">There is no such layer for devices; the message names it and lists those that there are.</exception>
    public static ResidentLayer<T> Create(IResidentDevice<T> device, Layer<T> layer) => layer switch
    {
        Convolution2D<T> convolution => new ResidentConvolution2D<T>(device, convolution),
        Dense<T> dense => new ResidentDense<T>(device, dense),
        Tanh<T> => new ResidentTanh<T>(device, layer),
        AveragePooling2D<T> pooling => new ResidentAveragePooling2D<T>(device, pooling),
        Flatten<T> => new ResidentFlatten<T>(device, layer),
        _ => throw new InputException(
            $"{layer.Name}: there is no {layer.GetType().Name.Split('`')[0]} whose tensors stay on a device; there are Convolution2D, Dense, Tanh, AveragePooling2D and Flatten."),
    };

    /// <summary>Computes y = f(x).</summary>
    /// <exception cref="ShapeException">This layer cannot take such an input.</exception>
    public abstract DeviceTensor<T> Forward(DeviceTensor<T> x);

    /// <summary>Returns dX, and ADDS to the gradient of each parameter, for the last Forward.</summary>
    public abstract DeviceTensor<T> Backward(DeviceTensor<T> dY);

    /// <summary>Does what <see cref="Backward"/> does but for dX, where nobody wants it.</summary>
    public virtual void BackwardToParameters(DeviceTensor<T> dY) => Backward(dY);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        output?.Dispose();
        inputGradient?.Dispose();
        foreach (ResidentParameter<T> parameter in Parameters)
            parameter.Dispose();
    }

    /// <summary>The tensor that Forward writes; from one step to the next it is the same memory, unless the batch has another size.</summary>
    protected DeviceTensor<T> OutputFor(DeviceTensor<T> x) => device.Reuse(ref output, CheckInput(x));

    /// <summary>The tensor that Backward writes.</summary>
    protected DeviceTensor<T> InputGradientFor(DeviceTensor<T> dY) => device.Reuse(ref inputGradient, CheckOutputGradient(dY));

    /// <summary>Checks an input as the layer of the engine does, and keeps its shape for Backward.</summary>
    /// <returns>The shape of the output.</returns>
    protected Shape CheckInput(DeviceTensor<T> x)
    {
        if (!x.Shape.Equals(inputShape))
            (inputShape, outputShape) = (x.Shape, layer.OutputShape(x.Shape.Sample).Batch(x.Shape[0]));
        return outputShape!;
    }

    /// <summary>Checks that Forward came before and that a gradient has the shape of its output.</summary>
    /// <returns>The shape of the input.</returns>
    protected Shape CheckOutputGradient(DeviceTensor<T> dY)
    {
        if (inputShape is null)
            throw new InvalidOperationException($"{layer.Name}: Backward needs a Forward before it.");
        if (!dY.Shape.Equals(outputShape))
            throw new ShapeException(layer.Name, $"a gradient of the shape of the last output, {outputShape}", dY.Shape);
        return inputShape;
    }
}
