namespace RefNet.Data;

/// <summary>A file of a set that has been read and found good.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Content">What is in it.</param>
/// <param name="Sha256">The SHA-256 of the unpacked contents, in hexadecimal digits.</param>
/// <param name="SumAgreed">Whether a list of sums beside it has the same sum; false where no list names it.</param>
public sealed record DataFile(string Path, IdxFile Content, string Sha256, bool SumAgreed);
