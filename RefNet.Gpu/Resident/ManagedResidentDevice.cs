using System.Numerics;
using RefNet.Geometry;
using RefNet.LinearAlgebra;
using RefNet.Losses;
using RefNet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RefNet.Gpu.Resident;

/// <summary>
/// A device that is the processor, with memory of the host: each operation asks the engine for what a layer asks it for.
/// It shows what the operations mean, and judges those of other devices.
/// </summary>
public sealed class ManagedResidentDevice<T> : IResidentDevice<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SimdGemm<T> gemm = new();
    private readonly SoftmaxCrossEntropy<T> crossEntropy = new();
    private readonly LiveTensors<T> live;

    /// <summary>Makes a device without tensors.</summary>
    public ManagedResidentDevice() => live = new LiveTensors<T>(this);

    /// <inheritdoc/>
    public string Name => "processor";

    /// <inheritdoc/>
    public int LiveTensors => live.Count;

    /// <inheritdoc/>
    public long Uploaded { get; private set; }

    /// <inheritdoc/>
    public long Downloaded { get; private set; }

    /// <inheritdoc/>
    public DeviceTensor<T> Allocate(Shape shape)
    {
        live.CheckOpen();
        Tensor<T> memory = new(shape);
        memory.Span.Fill(T.NaN); // it holds anything: who reads before writing shall see it
        return live.Add(new ManagedTensor<T>(this, memory, owner: null));
    }

    /// <inheritdoc/>
    public void Upload(Tensor<T> from, DeviceTensor<T> to)
    {
        DeviceShapes.Same(nameof(Upload), to.Shape, from.Shape);
        from.Span.CopyTo(Memory(to).Span);
        Uploaded += from.Count;
    }

    /// <inheritdoc/>
    public void Download(DeviceTensor<T> from, Tensor<T> to)
    {
        DeviceShapes.Same(nameof(Download), from.Shape, to.Shape);
        Memory(from).Span.CopyTo(to.Span);
        Downloaded += to.Count;
    }

    /// <inheritdoc/>
    public void Clear(DeviceTensor<T> x) => Memory(x).Span.Clear();

    /// <inheritdoc/>
    public void Multiply(DeviceTensor<T> a, bool transposeA, DeviceTensor<T> b, bool transposeB, DeviceTensor<T> c, bool addToC = false)
    {
        DeviceShapes.Product(a, transposeA, b, transposeB, c);
        Matrix<T> matrixA = Memory(a).AsMatrix(), matrixB = Memory(b).AsMatrix();
        gemm.Multiply(
            T.One, transposeA ? matrixA.Transposed : matrixA, transposeB ? matrixB.Transposed : matrixB,
            addToC ? T.One : T.Zero, Memory(c).AsMatrix());
    }

    /// <inheritdoc/>
    public void AddBias(DeviceTensor<T> b, DeviceTensor<T> y)
    {
        DeviceShapes.Bias(nameof(AddBias), b, y);
        if (y.Shape.Rank == 2)
            Elementwise.AddToRows(Memory(y).AsMatrix(), Memory(b).Span);
        else
            Elementwise.AddToPlanes(Memory(y), Memory(b));
    }

    /// <inheritdoc/>
    public void AddBiasGradient(DeviceTensor<T> dY, DeviceTensor<T> db)
    {
        DeviceShapes.Bias(nameof(AddBiasGradient), db, dY);
        if (dY.Shape.Rank == 2)
            Elementwise.SumRows(Memory(dY).AsMatrix(), Memory(db).Span);
        else
            Elementwise.SumPlanes(Memory(dY), Memory(db));
    }

    /// <inheritdoc/>
    public IResidentConvolution<T> Convolution(ConvolutionGeometry geometry, int groups) => new ManagedResidentConvolution<T>(this, gemm, geometry, groups);

    /// <inheritdoc/>
    public IResidentPooling<T> AveragePooling(PoolingGeometry geometry, bool countPadding) => new ManagedResidentPooling<T>(this, geometry, countPadding);

    /// <inheritdoc/>
    public void Tanh(DeviceTensor<T> x, DeviceTensor<T> y)
    {
        DeviceShapes.Same(nameof(Tanh), x, y);
        VectorMath.Tanh(Memory(x).Span, Memory(y).Span);
    }

    /// <inheritdoc/>
    public void TanhGradient(DeviceTensor<T> y, DeviceTensor<T> dY, DeviceTensor<T> dX)
    {
        DeviceShapes.Same(nameof(TanhGradient), y, dY, dX);
        Span<T> ys = Memory(y).Span, dx = Memory(dX).Span;
        TensorPrimitives.Multiply(ys, ys, dx);
        TensorPrimitives.Subtract(T.One, dx, dx);              // 1 - y²
        TensorPrimitives.Multiply(dx, Memory(dY).Span, dx);    // dx = dy (1 - y²)
    }

    /// <inheritdoc/>
    public void SoftmaxCrossEntropy(DeviceTensor<T> y, DeviceTensor<T> target, DeviceTensor<T> loss, DeviceTensor<T> dY)
    {
        DeviceShapes.Loss(y, target, loss, dY);
        Memory(loss)[0] = crossEntropy.Forward(Memory(y), Memory(target));
        crossEntropy.Backward().Span.CopyTo(Memory(dY).Span);
    }

    /// <inheritdoc/>
    public void MomentumStep(DeviceTensor<T> g, DeviceTensor<T> v, DeviceTensor<T> theta, T mu, T eta, T twoLambda)
    {
        DeviceShapes.Same(nameof(MomentumStep), g, v, theta);
        Span<T> gs = Memory(g).Span, vs = Memory(v).Span, thetas = Memory(theta).Span;
        for (int i = 0; i < gs.Length; i++)
        {
            T penalised = twoLambda * thetas[i] + gs[i]; // g + 2 λ θ
            vs[i] = mu * vs[i] + penalised;              // v = μ v + g
            thetas[i] -= eta * vs[i];                    // θ = θ - η v
        }
    }

    /// <summary>Disposes the tensors that are left.</summary>
    public void Dispose() => live.Close();

    internal Tensor<T> Memory(DeviceTensor<T> tensor)
    {
        live.Check(tensor);
        return ((ManagedTensor<T>)tensor).Memory;
    }

    internal void GiveBack(ManagedTensor<T> tensor) => live.Remove(tensor);
}

/// <summary>A tensor in memory of the host.</summary>
internal sealed class ManagedTensor<T>(ManagedResidentDevice<T> device, Tensor<T> memory, DeviceTensor<T>? owner) : DeviceTensor<T>(device, memory.Shape, owner)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Tensor<T> Memory => memory;

    private protected override DeviceTensor<T> MakeView(Shape shape, DeviceTensor<T> owner) => new ManagedTensor<T>(device, memory.Reshape(shape), owner);

    private protected override void GiveBack() => device.GiveBack(this);
}
