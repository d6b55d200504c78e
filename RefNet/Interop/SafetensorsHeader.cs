using System.Text.Json;

namespace RefNet.Interop;

/// <summary>The entry of one tensor in the header of a safetensors file.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type of the numbers, such as F32.</param>
/// <param name="Extents">The extents, outermost first.</param>
/// <param name="Begin">The begin of its data.</param>
/// <param name="End">The end of its data.</param>
internal readonly record struct SafetensorsEntry(string Name, string Type, long[] Extents, long Begin, long End);

/// <summary>Reads the header of a safetensors file, token by token: a tree of it would take many times its length.</summary>
internal sealed class SafetensorsHeader
{
    private readonly Dictionary<string, string> notes = [];

    private SafetensorsHeader() { }

    /// <summary>The tensors, in the order of the header.</summary>
    public List<SafetensorsEntry> Entries { get; } = [];

    /// <summary>The notes by name.</summary>
    public IReadOnlyDictionary<string, string> Notes => notes;

    /// <summary>Reads the header.</summary>
    /// <exception cref="JsonException">It is not JSON, or not in this format.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json)
    {
        SafetensorsHeader header = new();
        Utf8JsonReader reader = new(json);
        Take(ref reader, JsonTokenType.StartObject, "an object");
        while (NextName(ref reader) is { } name)
        {
            Take(ref reader, JsonTokenType.StartObject, $"an object for {name}");
            if (name == Safetensors.MetadataName)
                header.ReadNotes(ref reader);
            else
                header.Entries.Add(ReadEntry(ref reader, name));
        }

        reader.Read(); // throws where anything but space follows
        return header;
    }

    private void ReadNotes(ref Utf8JsonReader reader)
    {
        while (NextName(ref reader) is { } name)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw new JsonException($"a note {name} without text");
            if (!notes.TryAdd(name, reader.GetString()!))
                throw new JsonException($"two notes called {name}");
        }
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        (string? type, long[]? extents, long[]? offsets) = (null, null, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("dtype"u8))
                Once(ref type, Text(ref reader), name);
            else if (reader.ValueTextEquals("shape"u8))
                Once(ref extents, Numbers(ref reader, most: 64), name);
            else if (reader.ValueTextEquals("data_offsets"u8))
                Once(ref offsets, Numbers(ref reader, most: 2), name);
            else
                reader.Skip();
        }

        return type is not null && extents is not null && offsets is { Length: 2 }
            ? new SafetensorsEntry(name, type, extents, offsets[0], offsets[1])
            : throw new JsonException($"no dtype, shape or two data_offsets for {name}");
    }

    private static void Once<T>(ref T? place, T value, string name) where T : class =>
        place = place is null ? value : throw new JsonException($"a dtype, shape or data_offsets twice for {name}");

    private static string Text(ref Utf8JsonReader reader)
    {
        Take(ref reader, JsonTokenType.String, "a text for dtype");
        return reader.GetString()!;
    }

    private static long[] Numbers(ref Utf8JsonReader reader, int most)
    {
        Take(ref reader, JsonTokenType.StartArray, "a list of numbers");
        Span<long> numbers = stackalloc long[most];
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == most)
                throw new JsonException($"more than {most} numbers in a list");
            numbers[count++] = reader.GetInt64();
        }

        return numbers[..count].ToArray();
    }

    // Null at the end of the object.
    private static string? NextName(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
    }

    private static void Take(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw new JsonException($"not {what}");
    }
}
