using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// The fast managed backend, for float and double: vectors, caches and threads. <c>ReferenceBackend</c> defines what
/// each operation computes; the folders beside this file show how it is made fast.
/// </summary>
/// <remarks>
/// Work is divided by shapes alone, never by the number of threads, so that the bits are the same on any number of
/// them. They depend on the length of the registers. A repeated call allocates nothing.
/// </remarks>
public sealed partial class SimdBackend<T> : IBackend<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IGemm<T> products;

    /// <summary>Creates the backend with the best kernels for this processor.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public SimdBackend() : this(new SimdGemm<T>()) { }

    /// <summary>Creates the backend on a given matrix product.</summary>
    /// <param name="products">
    /// <see cref="SimdGemm{T}"/>, which has its own convolutions (see <see cref="SimdGemm{T}.UseWinograd"/>), or
    /// another, with which convolutions are products of columns.
    /// </param>
    public SimdBackend(IGemm<T> products) => this.products = products;

    /// <summary>The name of the matrix products: simd, mathnet.</summary>
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
