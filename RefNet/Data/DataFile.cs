namespace RefNet.Data;

/// <summary>A file of a data set, or a folder of its pictures, that was read and is intact.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Extents">The extents of its contents, outermost first: 60000, 28, 28.</param>
/// <param name="Sha256">The SHA-256 of the uncompressed contents, in hexadecimal; for a folder, that of its pixels.</param>
/// <param name="SumAgreed">Whether SHA256SUMS in the same folder lists the same checksum; false if it does not list the file.</param>
public sealed record DataFile(string Path, IReadOnlyList<int> Extents, string Sha256, bool SumAgreed);
