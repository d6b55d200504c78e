using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Gpu.Resident;

/// <summary>An NVIDIA card as a device: cuBLAS multiplies, the kernels of columns.cu and resident.cu do everything else.</summary>
/// <remarks>
/// It shares the one queue of work of a <see cref="CudaGemm"/>, with what that was told about TF32: so the work of both stays
/// in order, and the same calls give the same bits. Work that fails on the card shows as a <see cref="CudaException"/> of the
/// next <see cref="Upload"/> or <see cref="Download"/>, which wait for it.
/// </remarks>
public sealed class CudaResidentDevice<T> : IResidentDevice<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CudaGemm gemm;
    private readonly CudaDevice device;
    private readonly ResidentKernels<T> kernels;
    private readonly LiveTensors<T> live;
    private bool isDisposed;

    // For what lives within one operation: columns, sums. One queue does one operation after the other.
    private nint scratch;
    private long scratchElements;

    /// <summary>Takes the card that a backend has opened.</summary>
    /// <param name="gemm">The backend, of <see cref="CudaProbe.Open"/>; it must outlive this device.</param>
    /// <exception cref="CudaException">The kernels could not be compiled or loaded.</exception>
    public CudaResidentDevice(CudaGemm gemm)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new NotSupportedException($"The kernels know float and double, not {typeof(T).Name}.");
        this.gemm = gemm;
        device = gemm.Device;
        live = new LiveTensors<T>(this);
        using DeviceTurn turn = device.TakeTurn();
        kernels = new ResidentKernels<T>(device);
    }

    /// <inheritdoc/>
    public string Name => device.Name;

    /// <inheritdoc/>
    public int LiveTensors => live.Count;

    /// <inheritdoc/>
    public long Uploaded { get; private set; }

    /// <inheritdoc/>
    public long Downloaded { get; private set; }

    internal CudaDevice Card => device;

    internal CudaOptions Options => gemm.Options;

    /// <inheritdoc/>
    public DeviceTensor<T> Allocate(Shape shape)
    {
        live.CheckOpen();
        using DeviceTurn turn = device.TakeTurn();
        return live.Add(new CudaTensor<T>(this, shape, device.Memory.Allocate(BytesOf(shape.Count)), owner: null));
    }

    /// <inheritdoc/>
    public void Upload(Tensor<T> from, DeviceTensor<T> to)
    {
        DeviceShapes.Same(nameof(Upload), to.Shape, from.Shape);
        nint address = Address(to);
        using DeviceTurn turn = device.TakeTurn();
        nint pinned = turn.Pinned<T>(from.Count);
        Packing.Pack(from.Span, pinned);
        turn.ToCard<T>(pinned, address, from.Count);
        turn.Wait(); // the pinned memory is needed again
        Uploaded += from.Count;
    }

    /// <inheritdoc/>
    public void Download(DeviceTensor<T> from, Tensor<T> to)
    {
        DeviceShapes.Same(nameof(Download), from.Shape, to.Shape);
        nint address = Address(from);
        using DeviceTurn turn = device.TakeTurn();
        nint pinned = turn.Pinned<T>(to.Count);
        turn.ToHost<T>(address, pinned, to.Count);
        turn.Wait();
        Packing.Unpack(pinned, to.Span);
        Downloaded += to.Count;
    }

    /// <inheritdoc/>
    public void Clear(DeviceTensor<T> x)
    {
        nint address = Address(x);
        using DeviceTurn turn = device.TakeTurn();
        kernels.Fill(x.Count, T.Zero, address);
    }

    // Row-major memory of C, read column by column as cuBLAS does, holds Cᵀ: so Cᵀ = Bᵀ Aᵀ is asked for, as in CudaGemm.
    /// <inheritdoc/>
    public void Multiply(DeviceTensor<T> a, bool transposeA, DeviceTensor<T> b, bool transposeB, DeviceTensor<T> c, bool addToC = false)
    {
        (int m, int k, int n) = DeviceShapes.Product(a, transposeA, b, transposeB, c);
        (nint addressA, nint addressB, nint addressC) = (Address(a), Address(b), Address(c));
        using DeviceTurn turn = device.TakeTurn();
        Multiply(
            transposeB, transposeA, n, m, k,
            addressB, transposeB ? k : n, addressA, transposeA ? m : k, addToC ? T.One : T.Zero, addressC, n);
    }

    /// <inheritdoc/>
    public void AddBias(DeviceTensor<T> b, DeviceTensor<T> y)
    {
        DeviceShapes.Bias(nameof(AddBias), b, y);
        (nint addressB, nint addressY) = (Address(b), Address(y));
        using DeviceTurn turn = device.TakeTurn();
        kernels.AddToChannels(y.Count, b.Count, PositionsOf(y), addressB, addressY);
    }

    /// <inheritdoc/>
    public void AddBiasGradient(DeviceTensor<T> dY, DeviceTensor<T> db)
    {
        DeviceShapes.Bias(nameof(AddBiasGradient), db, dY);
        (nint sums, nint addressDb) = (Address(dY), Address(db));
        (int samples, int channels, int positions) = (dY.Shape[0], db.Count, PositionsOf(dY));
        using DeviceTurn turn = device.TakeTurn();
        if (positions > 1)
        {
            nint planes = sums;
            sums = Scratch(samples * channels);
            kernels.RowSums(samples * channels, positions, planes, sums); // the sum of each plane
        }

        kernels.AddColumnSums(samples, channels, sums, addressDb);        // db_c += over the samples
    }

    /// <inheritdoc/>
    public IResidentConvolution<T> Convolution(ConvolutionGeometry geometry, int groups) => new CudaResidentConvolution<T>(this, kernels, geometry, groups);

    /// <inheritdoc/>
    public IResidentPooling<T> AveragePooling(PoolingGeometry geometry, bool countPadding) => new CudaResidentPooling<T>(this, kernels, geometry, countPadding);

    /// <inheritdoc/>
    public void Tanh(DeviceTensor<T> x, DeviceTensor<T> y)
    {
        DeviceShapes.Same(nameof(Tanh), x, y);
        (nint addressX, nint addressY) = (Address(x), Address(y));
        using DeviceTurn turn = device.TakeTurn();
        kernels.TanhForward(x.Count, addressX, addressY);
    }

    /// <inheritdoc/>
    public void TanhGradient(DeviceTensor<T> y, DeviceTensor<T> dY, DeviceTensor<T> dX)
    {
        DeviceShapes.Same(nameof(TanhGradient), y, dY, dX);
        (nint addressY, nint addressDY, nint addressDX) = (Address(y), Address(dY), Address(dX));
        using DeviceTurn turn = device.TakeTurn();
        kernels.TanhBackward(y.Count, addressY, addressDY, addressDX);
    }

    /// <inheritdoc/>
    public void SoftmaxCrossEntropy(DeviceTensor<T> y, DeviceTensor<T> target, DeviceTensor<T> loss, DeviceTensor<T> dY)
    {
        DeviceShapes.Loss(y, target, loss, dY);
        (nint addressY, nint addressTarget, nint addressLoss, nint addressDY) = (Address(y), Address(target), Address(loss), Address(dY));
        int samples = y.Shape[0];
        using DeviceTurn turn = device.TakeTurn();
        nint losses = Scratch(samples);
        kernels.SoftmaxCrossEntropy(samples, y.Shape[1], addressY, addressTarget, losses, addressDY);
        kernels.RowSums(1, samples, losses, addressLoss); // each is its share of the mean
    }

    /// <inheritdoc/>
    public void MomentumStep(DeviceTensor<T> g, DeviceTensor<T> v, DeviceTensor<T> theta, T mu, T eta, T twoLambda)
    {
        DeviceShapes.Same(nameof(MomentumStep), g, v, theta);
        (nint addressG, nint addressV, nint addressTheta) = (Address(g), Address(v), Address(theta));
        using DeviceTurn turn = device.TakeTurn();
        kernels.MomentumStep(g.Count, mu, eta, twoLambda, addressG, addressV, addressTheta);
    }

    /// <summary>Disposes the tensors that are left, and takes the kernels from the card, which stays open.</summary>
    public void Dispose()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        live.Close();
        GiveBack(() =>
        {
            FreeScratch();
            kernels.Unload();
        });
    }

    /// <summary>C = op(A) op(B) + beta C as cuBLAS sees them, within a turn: see <see cref="Api.CudaBlas.Gemm"/>.</summary>
    internal void Multiply(bool transposeA, bool transposeB, int m, int n, int k, nint a, int lda, nint b, int ldb, T beta, nint c, int ldc)
    {
        device.Times?.Begin(StreamWork.Products);
        device.Api.Blas.Gemm(device.Blas, transposeA, transposeB, m, n, k, T.One, a, lda, b, ldb, beta, c, ldc);
        device.Times?.End();
    }

    /// <summary>C = op(A) op(B), so many times, as many elements apart: see <see cref="Api.CudaBlas.GemmBatch"/>.</summary>
    internal void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, GroupMatrices a, GroupMatrices b, T beta, GroupMatrices c, int count)
    {
        if (count == 1)
        {
            // A batch of one is a plain product, of which cuBLAS knows more algorithms.
            Multiply(transposeA, transposeB, m, n, k, a.Address, a.Stride, b.Address, b.Stride, beta, c.Address, c.Stride);
            return;
        }

        device.Times?.Begin(StreamWork.Products);
        device.Api.Blas.GemmBatch(
            device.Blas, transposeA, transposeB, m, n, k,
            T.One, a.Address, a.Stride, a.GroupStride, b.Address, b.Stride, b.GroupStride, beta, c.Address, c.Stride, c.GroupStride, count);
        device.Times?.End();
    }

    internal nint Address(DeviceTensor<T> tensor)
    {
        live.Check(tensor);
        return ((CudaTensor<T>)tensor).Address;
    }

    internal void GiveBack(CudaTensor<T> tensor)
    {
        live.Remove(tensor);
        GiveBack(() => device.Api.Driver.Free(tensor.Address));
    }

    /// <summary>Memory for what lives within one operation, within a turn: it holds anything, and is another's after the next operation.</summary>
    internal nint Scratch(long elements)
    {
        if (scratchElements < elements)
        {
            FreeScratch();
            scratch = device.Memory.Allocate(BytesOf(elements));
            scratchElements = elements;
        }

        return scratch;
    }

    private void FreeScratch()
    {
        if (scratch == 0)
            return;
        device.Api.Driver.TrySynchronize(device.Stream); // the card may still use it
        device.Api.Driver.Free(scratch);
        (scratch, scratchElements) = (0, 0);
    }

    // What gives back never throws, and waits until the card is done with what it gives. A card that was closed before, which
    // is a mistake, has no memory any more.
    private void GiveBack(Action act)
    {
        try
        {
            using DeviceTurn turn = device.TakeTurn();
            device.Api.Driver.TrySynchronize(device.Stream);
            act();
        }
        catch (Exception error) when (error is CudaException or ObjectDisposedException)
        {
        }
    }

    // The positions of a channel: 1 for N x C, H W for N x C x H x W.
    private static int PositionsOf(DeviceTensor<T> y) => y.Count / (y.Shape[0] * y.Shape[1]);

    private static nint BytesOf(long elements) => (nint)(elements * Unsafe.SizeOf<T>());
}

/// <summary>A tensor in memory of a card.</summary>
internal sealed class CudaTensor<T>(CudaResidentDevice<T> device, Shape shape, nint address, DeviceTensor<T>? owner) : DeviceTensor<T>(device, shape, owner)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public nint Address => address;

    private protected override DeviceTensor<T> MakeView(Shape shape, DeviceTensor<T> owner) => new CudaTensor<T>(device, shape, address, owner);

    private protected override void GiveBack() => device.GiveBack(this);
}
