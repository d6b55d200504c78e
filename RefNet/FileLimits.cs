namespace RefNet;

/// <summary>
/// The most bytes that a file of each kind may have: far above any real one, and below what would fill the memory. A file may come
/// from anywhere, and may be another than its name says.
/// </summary>
internal static class FileLimits
{
    /// <summary>config.json.</summary>
    public const int Configuration = 1 << 20;

    /// <summary>history.csv: some 100 bytes an epoch.</summary>
    public const int History = 1 << 24;

    /// <summary>histograms.csv: some 200 bytes for each parameter and epoch; 100 epochs of ResNet-50 are 3 MB.</summary>
    public const int Histograms = 1 << 28;

    /// <summary>Lists beside a data set: classes.txt, SHA256SUMS.</summary>
    public const int List = 1 << 20;

    /// <summary>A picture: 50 megapixels with 3 bytes each are 150 MB where they are not packed.</summary>
    public const int Picture = 1 << 28;

    /// <summary>Images or labels of a data set, packed and unpacked.</summary>
    public const int Data = 1 << 30;

    /// <summary>Weights: what fits into one array of .NET, a little under 2 GiB.</summary>
    public const int Weights = 0x7FFFFFC7;
}
