namespace RefNet.Gpu;

/// <summary>How <see cref="CudaGemm"/> works.</summary>
public sealed record CudaOptions
{
    /// <summary>
    /// Whether products of float may round their operands to TF32, with 10 bits of mantissa in place of 23: several times
    /// faster on cards that have it (compute capability 8.0 and newer; others do not round), with relative errors near 1e-3.
    /// Off unless asked for.
    /// </summary>
    public bool AllowTf32 { get; init; }

    /// <summary>What decides whether a product is worth the way to the card.</summary>
    public CostModel Costs { get; init; } = new();

    /// <summary>The most bytes of operands that are kept on the card, so that weights cross the bus only when they change.</summary>
    public long KeptBytes { get; init; } = 1L << 30;

    /// <summary>The most bytes of columns that a convolution makes at a time; fewer images are taken at a time where more are needed.</summary>
    public long ColumnBytes { get; init; } = 1L << 28;

    // From so many output positions on, each image of a convolution between tensors on the card is a product of its own, whose
    // result is where it belongs; smaller ones stand side by side in one. On an H100, 512 maps of 28x28 took a quarter longer alone,
    // 256 maps of 56x56 as long.
    internal int LargePositions { get; init; } = 1024;
}
