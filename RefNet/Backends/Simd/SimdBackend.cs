using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// The fast managed backend, for float and double: vectors, caches and threads. What each operation computes is defined by
/// <c>ReferenceBackend</c>; how it is made fast stands in the folders beside this file.
/// </summary>
/// <remarks>
/// Work is cut by shapes alone, never by the number of threads, so that the bits are the same on any number of them. They
/// depend on the length of the registers. A call that has been made before allocates nothing.
/// </remarks>
public sealed partial class SimdBackend<T> : IBackend<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IGemm<T> products;

    /// <summary>Makes the backend with the best kernels for this processor.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public SimdBackend() : this(new SimdGemm<T>()) { }

    /// <summary>Makes the backend on matrix products of the caller's choice.</summary>
    /// <param name="products">
    /// <see cref="SimdGemm{T}"/>, which brings convolutions of its own (see <see cref="SimdGemm{T}.UseWinograd"/>), or
    /// another: convolutions are then products of columns.
    /// </param>
    public SimdBackend(IGemm<T> products) => this.products = products;

    /// <summary>What the matrix products are called: simd, mathnet.</summary>
    public string Name => products.Name;

    /// <inheritdoc/>
    public IConvolution<T> Convolution(ConvolutionGeometry geometry, int groups) =>
        products is SimdGemm<T> simd ? simd.Convolution(geometry, groups) : new ColumnConvolution<T>(geometry, groups, products);

    /// <inheritdoc/>
    public IPooling<T> MaxPooling(PoolingGeometry geometry) => new MaxPooling<T>(geometry);

    /// <inheritdoc/>
    public IPooling<T> AveragePooling(PoolingGeometry geometry, bool countPadding) => new AveragePooling<T>(geometry, countPadding);

    /// <inheritdoc/>
    public IPooling<T> SumPooling(PoolingGeometry geometry) => new SumPooling<T>(geometry);

    /// <inheritdoc/>
    public void Product(Factor<T> a, Factor<T> b, Tensor<T> c) => products.Multiply(MatrixOf(a), MatrixOf(b), c.AsMatrix()); // C = A B

    /// <inheritdoc/>
    public void AddProduct(Factor<T> a, Factor<T> b, Tensor<T> c) => products.MultiplyAdd(MatrixOf(a), MatrixOf(b), c.AsMatrix()); // C += A B

    private static Matrix<T> MatrixOf(Factor<T> factor) =>
        factor.IsTransposed ? factor.Tensor.AsReadMatrix().Transposed : factor.Tensor.AsReadMatrix();
}
