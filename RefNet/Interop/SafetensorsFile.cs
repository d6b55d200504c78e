using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using RefNet.Tensors;

namespace RefNet.Interop;

/// <summary>A safetensors file that was read and is intact; <see cref="Safetensors"/> describes the format.</summary>
public sealed class SafetensorsFile
{
    private const int LengthBytes = 8;
    private const int MostHeaderBytes = 100_000_000;
    private const string Advice = "The file is damaged, or no safetensors file: get another copy.";

    private readonly string path;
    private readonly byte[] bytes;
    private readonly int dataStart;
    private readonly Dictionary<string, Entry> entries = [];
    private readonly Dictionary<string, string> metadata = [];

    internal SafetensorsFile(string path, byte[] bytes)
    {
        this.path = path;
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
            using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(LengthBytes, (int)headerLength), new JsonDocumentOptions { AllowDuplicateProperties = false });
            foreach (JsonProperty property in header.RootElement.EnumerateObject())
                Add(property);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            // The last three: a value of the wrong kind, a number too large, a missing name.
            throw Error("a header as the safetensors format has it", $"another ({cause.Message.TrimEnd('.')})");
        }

        CheckThatTensorsFillTheData();
    }

    /// <summary>The names of the tensors, in the order of their data.</summary>
    public IReadOnlyList<string> Names => [.. entries.OrderBy(entry => entry.Value.Begin).Select(entry => entry.Key)];

    /// <summary>The notes beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => entries.ContainsKey(name);

    /// <summary>The extents of a tensor; none for a single number.</summary>
    public IReadOnlyList<long> Extents(string name) => Find(name).Extents;

    /// <summary>A tensor, its numbers rounded to <typeparamref name="T"/> if they are wider; a single number has shape 1.</summary>
    /// <exception cref="InputException">There is no such tensor, it is empty, or its numbers are integers.</exception>
    public Tensor<T> Tensor<T>(string name) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Entry entry = Find(name);
        if (entry.Extents.Contains(0))
            throw Error($"numbers in tensor {name}", $"none: its shape is {string.Join("x", entry.Extents)}");

        Tensor<T> tensor = new(entry.Extents.Length == 0 ? new Shape(1) : new Shape([.. entry.Extents.Select(extent => (int)extent)]));
        ReadOnlySpan<byte> data = bytes.AsSpan(dataStart + (int)entry.Begin, (int)(entry.End - entry.Begin));
        switch (entry.Type)
        {
            case "F64":
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(data), tensor.Span);
                break;
            case "F32":
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, float>(data), tensor.Span);
                break;
            case "F16":
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, Half>(data), tensor.Span);
                break;
            case "BF16": // the upper half of a float
                for (int i = 0; i < tensor.Count; i++)
                    tensor[i] = T.CreateTruncating(BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(data[(2 * i)..]) << 16));
                break;
            default:
                throw Error($"F64, F32, F16 or BF16 for tensor {name}", entry.Type);
        }

        return tensor;
    }

    private Entry Find(string name) =>
        entries.TryGetValue(name, out Entry? entry)
            ? entry
            : throw InputFile.Error(
                path, $"a tensor {name}", entries.Count == 0 ? "none" : string.Join(", ", Names), "Give a file of the same network.");

    private void Add(JsonProperty property)
    {
        if (property.Name == Safetensors.MetadataName)
        {
            foreach (JsonProperty note in property.Value.EnumerateObject())
                metadata.Add(note.Name, note.Value.GetString() ?? throw new FormatException($"a note {note.Name} without text"));
            return;
        }

        string type = property.Value.GetProperty("dtype").GetString() ?? "";
        int size = SizeOf(type);
        if (size == 0)
            throw Error($"a type such as F32, F64, F16, BF16, I64 or U8 for tensor {property.Name}", $"'{type}'");
        long[] extents = [.. property.Value.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt64())];
        long[] offsets = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        Int128 length = extents.Aggregate((Int128)size, (product, extent) => Int128.Min(product * extent, long.MaxValue));
        if (extents.Any(extent => extent < 0) || offsets.Length != 2 || offsets[0] < 0 || length != (Int128)offsets[1] - offsets[0])
        {
            throw Error(
                $"an extent of 0 or more on each axis and the place of as many bytes for tensor {property.Name}",
                $"{type} of shape [{string.Join(", ", extents)}] at [{string.Join(", ", offsets)}]");
        }

        entries.Add(property.Name, new Entry(type, extents, offsets[0], offsets[1]));
    }

    private static int SizeOf(string type) => type switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" => 1,
        _ => 0,
    };

    private void CheckThatTensorsFillTheData()
    {
        long end = 0;
        foreach ((string name, Entry entry) in entries.OrderBy(entry => entry.Value.Begin).ThenBy(entry => entry.Value.End))
        {
            if (entry.Begin != end)
                throw Error($"tensor {name} to begin at {end}, where the one before it ends", $"{entry.Begin} ({(entry.Begin < end ? "they overlap" : "there is a gap")})");
            end = entry.End;
        }

        long found = bytes.Length - dataStart;
        if (found != end)
            throw Error($"{end} bytes of data, as the header says", $"{found} (it is {(found < end ? "truncated" : "padded")})");
    }

    private InputException Error(string expected, string found) => InputFile.Error(path, expected, found, Advice);

    private sealed record Entry(string Type, long[] Extents, long Begin, long End);
}
