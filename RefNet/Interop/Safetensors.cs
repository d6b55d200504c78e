using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using RefNet.Tensors;

namespace RefNet.Interop;

/// <summary>
/// The safetensors format, which PyTorch and others read and write too: the length of the header (8 bytes, little-endian), the
/// header in JSON, then the numbers of all tensors without gaps, little-endian. For each name the header gives the type of the
/// numbers, the shape, and the begin and end of its data.
/// </summary>
/// <remarks>
/// The same tensors and metadata give the same bytes: names are in ordinal order, and spaces after the header align the data to a
/// multiple of 8. For little-endian machines, which .NET usually runs on.
/// </remarks>
public static class Safetensors
{
    /// <summary>The name of the metadata in the header.</summary>
    internal const string MetadataName = "__metadata__";

    /// <summary>Writes a file atomically: its name always has the complete old or new contents.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="tensors">The tensors by name; float becomes F32, double F64.</param>
    /// <param name="metadata">Notes by name, or null.</param>
    /// <exception cref="IOException">The disk is full, or the folder is missing.</exception>
    public static void Write<T>(string path, IReadOnlyDictionary<string, Tensor<T>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Writes the contents of a file.</summary>
    public static void Write<T>(Stream stream, IReadOnlyDictionary<string, Tensor<T>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (tensors.ContainsKey(MetadataName))
            throw new ArgumentException($"No tensor can be called {MetadataName}: the format reserves this name for notes.", nameof(tensors));

        string[] names = [.. tensors.Keys.Order(StringComparer.Ordinal)];
        byte[] header = Header(names, tensors, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (string name in names)
            stream.Write(MemoryMarshal.AsBytes(tensors[name].Values));
    }

    /// <summary>Reads a file and checks that it is complete.</summary>
    /// <exception cref="InputException">There is no such file, or it does not match its header.</exception>
    public static SafetensorsFile Read(string path) => new(path, InputFile.Read(path, FileLimits.Weights));

    private static byte[] Header<T>(string[] names, IReadOnlyDictionary<string, Tensor<T>> tensors, IReadOnlyDictionary<string, string>? metadata)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string type = typeof(T) == typeof(float) ? "F32"
            : typeof(T) == typeof(double) ? "F64"
            : throw new NotSupportedException($"Tensors of {typeof(T).Name} cannot be written: use float or double.");
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataName);
                foreach ((string key, string value) in metadata.OrderBy(note => note.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            long begin = 0;
            foreach (string name in names)
            {
                long end = begin + (long)tensors[name].Count * Marshal.SizeOf<T>();
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                json.WriteStartArray("shape");
                foreach (int extent in tensors[name].Shape.ToArray())
                    json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(begin);
                json.WriteNumberValue(end);
                json.WriteEndArray();
                json.WriteEndObject();
                begin = end;
            }

            json.WriteEndObject();
        }

        while (bytes.Length % 8 != 0)
            bytes.WriteByte((byte)' ');
        return bytes.ToArray();
    }
}
