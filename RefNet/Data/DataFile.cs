namespace RefNet.Data;

/// <summary>A file of a data set, or a folder of pictures in it, that was read and is intact.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Extents">The extents of what it holds, outermost first: 60000, 28, 28.</param>
/// <param name="Sha256">The SHA-256 of the unpacked contents, in hexadecimal digits; for a folder, that of its pixels.</param>
/// <param name="SumAgreed">Whether the list of checksums beside it has the same sum; false if no list names it.</param>
public sealed record DataFile(string Path, IReadOnlyList<int> Extents, string Sha256, bool SumAgreed);
