namespace RefNet.Gpu;

/// <summary>Options of <see cref="CudaBackend{T}"/> and <see cref="CudaGemm"/>.</summary>
public sealed record CudaOptions
{
    /// <summary>
    /// Whether products of float may round their operands to TF32, with 10 bits of mantissa instead of 23: several
    /// times faster on cards that support it (compute capability 8.0 and newer; others do not round), with relative
    /// errors near 1e-3. Off by default.
    /// </summary>
    public bool AllowTf32 { get; init; }

    /// <summary>
    /// Whether cuDNN computes the convolutions of <see cref="CudaBackend{T}"/>, by its deterministic algorithms; the others, such
    /// as those with more padding on one side, are computed as without it. Off by default.
    /// </summary>
    public bool UseCudnn { get; init; }

    /// <summary>The largest workspace of cuDNN in bytes; algorithms that need more are not chosen.</summary>
    public long CudnnBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Whether <see cref="CudaBackend{T}"/> collects its work until the host waits, and launches it as a CUDA graph where it is, argument by
    /// argument, work that was done before: fewer calls in steps of small networks. The results have the same bits. Needs CUDA 11.4
    /// or newer. Off by default.
    /// </summary>
    public bool UseGraphs { get; init; }

    /// <summary>
    /// Whether <see cref="CudaBackend{T}"/> allows only the necessary transfers: numbers that the host has written
    /// and the card has not computed before, such as images, targets and initial parameters; results of a loss; and
    /// numbers read outside of layers. Everything else is an error that names the layer.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>
    /// The largest size in bytes of the columns that a convolution writes at a time; it takes as many images, or rows of one, as fit. 256 MiB by
    /// default. With 32 MiB columns would stay in the second-level cache of a large card until the product reads them, but on an H100 (50
    /// MB) these smaller products took up to a third longer.
    /// </summary>
    public long ColumnBytes { get; init; } = 1L << 28;

    /// <summary>
    /// The number of multiplications from which a product of <see cref="CudaGemm"/> is worth sending to the card:
    /// with fewer, calls and copies take longer than the processor needs. (An H100 and 16 cores beside it took 0.36
    /// ms and 0.27 for a product of 512 x 512 x 512, 1.4 and 1.7 for 1024 x 1024 x 1024.)
    /// </summary>
    public long SmallestProduct { get; init; } = 1L << 28;

    // From this many output positions on, each image of a convolution is a separate product. On an H100, separate
    // products took a quarter longer for 512 maps of 28x28, and the same time for 256 maps of 56x56.
    internal int LargePositions { get; init; } = 1024;

    // From this many channels on, of the input and of the output in each group, cuDNN computes convolutions. On an H100 those of 3 channels
    // and those of LeNet-5 took up to twice the time of columns.
    internal int CudnnChannels { get; init; } = 16;

    // Whether all work is recorded at once, even if it is never repeated, and however little it is: for tests.
    internal bool RecordsAtOnce { get; init; }
}
