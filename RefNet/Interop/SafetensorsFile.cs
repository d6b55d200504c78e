using System.Buffers.Binary;
using System.Text.Json;

namespace RefNet.Interop;

/// <summary>
/// A safetensors file that was read and is intact; <see cref="Safetensors"/> describes the format. A tensor of an
/// unsupported type is an error only when it is requested.
/// </summary>
public sealed class SafetensorsFile : TensorFile
{
    private const int LengthBytes = 8;
    // Enough for a hundred thousand tensors; the parsed header takes about five times its length.
    private const int MostHeaderBytes = 25_000_000;
    private const string Advice = "The file is damaged, or no safetensors file: get another copy.";

    private readonly byte[] bytes;
    private readonly int dataStart;
    private readonly SafetensorsHeader header;

    internal SafetensorsFile(string path, byte[] bytes) : base(path)
    {
        this.bytes = bytes;
        if (bytes.Length < LengthBytes)
            throw Error("a header length of 8 bytes", $"{bytes.Length} bytes");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (headerLength > MostHeaderBytes)
            throw Error($"a header of at most {MostHeaderBytes} bytes", $"{headerLength}");
        if (headerLength > (ulong)(bytes.Length - LengthBytes))
            throw Error($"a header of {headerLength} bytes, as the first 8 bytes say", $"{bytes.Length - LengthBytes} (it is truncated)");

        dataStart = LengthBytes + (int)headerLength;
        try
        {
            header = SafetensorsHeader.Parse(bytes.AsSpan(LengthBytes, (int)headerLength));
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or FormatException)
        {
            throw Error("a header as the safetensors format has it", $"another ({Problem(cause)})");
        }

        header.Entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        foreach (SafetensorsEntry entry in header.Entries)
            Add(entry);
        CheckThatTensorsFillTheData();
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata => header.Notes;

    // What the header itself found wrong; .NET's errors say where the text is no JSON, or are about a value of the wrong kind or a number too large.
    private static string Problem(Exception cause) => cause switch
    {
        JsonException { LineNumber: null } => cause.Message,
        JsonException json => $"no valid JSON from {JsonPlace.Of(json)} on",
        _ => "a value that is no whole number, or too large a one",
    };

    private void Add(SafetensorsEntry entry)
    {
        ElementType? type = ElementTypes.OfSafetensors(entry.Type);
        Int128 length = entry.Extents.Aggregate((Int128)(type?.Bytes() ?? 0), (product, extent) => Int128.Min(product * extent, long.MaxValue));
        if (entry.Extents.Any(extent => extent < 0) || entry.Begin < 0 || entry.End < entry.Begin || (type is not null && length != entry.End - entry.Begin))
        {
            throw Error(
                $"an extent of 0 or more on each axis and the place of as many bytes for tensor {entry.Name}",
                $"{entry.Type} of shape [{string.Join(", ", entry.Extents)}] at [{entry.Begin}, {entry.End}]");
        }

        Add(new StoredTensor(Path, entry.Name, entry.Type, type, entry.Extents, () => bytes.AsMemory(dataStart + (int)entry.Begin, (int)(entry.End - entry.Begin))));
    }

    private void CheckThatTensorsFillTheData()
    {
        long end = 0;
        foreach (SafetensorsEntry entry in header.Entries)
        {
            if (entry.Begin != end)
                throw Error($"tensor {entry.Name} to begin at {end}, where the one before it ends", $"{entry.Begin} ({(entry.Begin < end ? "they overlap" : "there is a gap")})");
            end = entry.End;
        }

        long found = bytes.Length - dataStart;
        if (found != end)
            throw Error($"{end} bytes of data, as the header says", $"{found} (it is {(found < end ? "truncated" : "padded")})");
    }

    private InputException Error(string expected, string found) => InputFile.Error(Path, expected, found, Advice);
}
