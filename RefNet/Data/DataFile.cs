namespace RefNet.Data;

/// <summary>A file of a data set that was read and is intact.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Content">Its contents.</param>
/// <param name="Sha256">The SHA-256 of the unpacked contents, in hexadecimal digits.</param>
/// <param name="SumAgreed">Whether the list of checksums beside it has the same sum; false if no list names it.</param>
public sealed record DataFile(string Path, IdxFile Content, string Sha256, bool SumAgreed);
