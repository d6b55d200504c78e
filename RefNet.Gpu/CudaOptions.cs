namespace RefNet.Gpu;

/// <summary>How <see cref="CudaBackend{T}"/> and <see cref="CudaGemm"/> work.</summary>
public sealed record CudaOptions
{
    /// <summary>
    /// Whether products of float may round their operands to TF32, with 10 bits of mantissa in place of 23: several times
    /// faster on cards that have it (compute capability 8.0 and newer; others do not round), with relative errors near 1e-3.
    /// Off unless asked for.
    /// </summary>
    public bool AllowTf32 { get; init; }

    /// <summary>
    /// Whether <see cref="CudaBackend{T}"/> lets only those numbers cross that have to: what the host has written and the card not
    /// computed before, such as images, targets and first parameters; what a loss gives; and what is read outside of layers.
    /// Everything else is an error that names the layer.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>The most bytes of columns that a convolution makes at a time; fewer images, or rows of one, are taken where more are needed.</summary>
    public long ColumnBytes { get; init; } = 1L << 28;

    /// <summary>
    /// How many multiplications make a product of <see cref="CudaGemm"/> worth the way to the card: with fewer, calls and
    /// copies take longer than the processor does. (An H100 and 16 cores beside it took 0.36 ms and 0.27 for a product of
    /// 512 x 512 x 512, 1.4 and 1.7 for 1024 x 1024 x 1024.)
    /// </summary>
    public long SmallestProduct { get; init; } = 1L << 28;

    // From so many output positions on, each image of a convolution is a product of its own. On an H100, 512 maps of 28x28 took a
    // quarter longer alone, 256 maps of 56x56 as long.
    internal int LargePositions { get; init; } = 1024;
}
