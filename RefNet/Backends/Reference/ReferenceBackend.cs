using System.Numerics;
using RefNet.Geometry;

namespace RefNet.Backends.Reference;

/// <summary>
/// The definitions: each operation follows its formula, in plain loops on one thread. Read here what a layer
/// computes; the other backends compute the same faster and are tested against this one.
/// </summary>
/// <remarks>
/// There is one operation per file, with its gradient. Each sum has one fixed order and each product is rounded before it is added, so
/// that the bits are the same on every machine and with any instruction set. The exceptions are functions that .NET
/// takes from the system's C library, such as exp and log: their last bit may differ between libraries.
/// </remarks>
public sealed partial class ReferenceBackend<T> : IBackend<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "reference";

    /// <inheritdoc/>
    public IConvolution<T> Convolution(ConvolutionGeometry geometry, int groups) => new ReferenceConvolution<T>(geometry, groups);

    /// <inheritdoc/>
    public IPooling<T> MaxPooling(PoolingGeometry geometry) => new ReferenceMaxPooling<T>(geometry);

    /// <inheritdoc/>
    public IPooling<T> AveragePooling(PoolingGeometry geometry, bool countPadding) => new ReferenceAveragePooling<T>(geometry, countPadding);

    /// <inheritdoc/>
    public IPooling<T> SumPooling(PoolingGeometry geometry) => new ReferenceSumPooling<T>(geometry);
}
