using System.Numerics;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Gpu.Resident;

/// <summary>
/// What holds tensors, and computes with them where they are: all that LeNet-5 and its training need. The mathematics of a
/// layer stands above the layer's Backward; each operation here is one line of it.
/// </summary>
/// <remarks>
/// <para>Order: operations take effect in the order in which they are called, as if each were done when the call returns.
/// A device may put them off; <see cref="Download"/> waits for all that came before.</para>
/// <para>Memory: the results are tensors that the caller gives, and every element of a result is written. A result shares
/// no memory with an operand unless its method says so. What an operation needs beside that, the device keeps.</para>
/// <para>Errors: shapes that do not fit are a <see cref="ShapeException"/> that names the operation, tensors of another
/// device an <see cref="ArgumentException"/>, disposed ones an <see cref="ObjectDisposedException"/>; nothing is computed
/// then. One thread at a time.</para>
/// </remarks>
public interface IResidentDevice<T> : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What this device is, for tables and messages.</summary>
    string Name { get; }

    /// <summary>How many tensors hold memory of this device.</summary>
    int LiveTensors { get; }

    /// <summary>How many numbers have crossed from the host to the device.</summary>
    long Uploaded { get; }

    /// <summary>How many numbers have crossed from the device to the host.</summary>
    long Downloaded { get; }

    /// <summary>Makes a tensor, which holds anything at first.</summary>
    DeviceTensor<T> Allocate(Shape shape);

    /// <summary>Copies from the host, whose tensor may be changed as soon as this returns.</summary>
    void Upload(Tensor<T> from, DeviceTensor<T> to);

    /// <summary>Waits until everything is done, and copies to the host.</summary>
    void Download(DeviceTensor<T> from, Tensor<T> to);

    /// <summary>x = 0.</summary>
    void Clear(DeviceTensor<T> x);

    /// <summary>C = A B, or C += A B; each factor may be taken transposed.</summary>
    /// <remarks>The first axis of a tensor is that of the rows; all others together are the columns.</remarks>
    void Multiply(DeviceTensor<T> a, bool transposeA, DeviceTensor<T> b, bool transposeB, DeviceTensor<T> c, bool addToC = false);

    /// <summary>Adds one value to each channel: y_nc(...) += b_c; y is N x C or N x C x H x W.</summary>
    void AddBias(DeviceTensor<T> b, DeviceTensor<T> y);

    /// <summary>Adds to each value the sum of its channel: db_c += sum of dY_nc(...).</summary>
    void AddBiasGradient(DeviceTensor<T> dY, DeviceTensor<T> db);

    /// <summary>Makes the products of one convolution layer.</summary>
    IResidentConvolution<T> Convolution(ConvolutionGeometry geometry, int groups);

    /// <summary>Makes the means of one pooling layer.</summary>
    IResidentPooling<T> AveragePooling(PoolingGeometry geometry, bool countPadding);

    /// <summary>y = tanh x.</summary>
    void Tanh(DeviceTensor<T> x, DeviceTensor<T> y);

    /// <summary>dX = dY (1 - y²).</summary>
    void TanhGradient(DeviceTensor<T> y, DeviceTensor<T> dY, DeviceTensor<T> dX);

    /// <summary>
    /// The loss of a batch, L = mean over the samples of -sum_c t_c log p_c with p = softmax(y), and its gradient,
    /// dY = (p - t) / N.
    /// </summary>
    /// <param name="y">N x C logits.</param>
    /// <param name="target">N x C: 1 at the class of the sample, 0 elsewhere, or any distribution.</param>
    /// <param name="loss">One number, L.</param>
    /// <param name="dY">N x C.</param>
    void SoftmaxCrossEntropy(DeviceTensor<T> y, DeviceTensor<T> target, DeviceTensor<T> loss, DeviceTensor<T> dY);

    /// <summary>v = μ v + (g + 2 λ θ), then θ = θ - η v.</summary>
    void MomentumStep(DeviceTensor<T> g, DeviceTensor<T> v, DeviceTensor<T> theta, T mu, T eta, T twoLambda);
}

/// <summary>The three products of one convolution layer, as <see cref="LinearAlgebra.IConvolution{T}"/> has them.</summary>
public interface IResidentConvolution<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Y = W X + b 1ᵀ for each image, X being its matrix of columns and b 0 where there is none.</summary>
    void Forward(DeviceTensor<T> x, DeviceTensor<T> w, DeviceTensor<T>? b, DeviceTensor<T> y);

    /// <summary>dW += dY Xᵀ, summed over the images.</summary>
    void AddWeightGradient(DeviceTensor<T> x, DeviceTensor<T> dY, DeviceTensor<T> dW);

    /// <summary>dX = Wᵀ dY, each input getting the sum of the gradients of its copies in X.</summary>
    void InputGradient(DeviceTensor<T> w, DeviceTensor<T> dY, DeviceTensor<T> dX);
}

/// <summary>The two passes of one average pooling layer; shapes N x C x H x W and N x C x H' x W'.</summary>
public interface IResidentPooling<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>y = the mean of x over each window of m cells.</summary>
    void Forward(DeviceTensor<T> x, DeviceTensor<T> y);

    /// <summary>dX = the sum of dY / m over the windows that an element lies in.</summary>
    void Backward(DeviceTensor<T> dY, DeviceTensor<T> dX);
}
