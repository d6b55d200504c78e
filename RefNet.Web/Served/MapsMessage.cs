using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Text.Json;
using RefNet.Tensors;

namespace RefNet.Web.Served;

/// <summary>
/// Maps of many layers as one binary message: a header, then for each map its smallest and its largest value, 4 bytes each, and one byte per element, from 0 for the smallest
/// to 255 for the largest. A vector is one map of one row. All numbers are little-endian.
/// </summary>
/// <remarks>The message is: the length of the header in bytes (4 bytes), the header as JSON in UTF-8, the maps of the layers one after the other.</remarks>
internal sealed class MapsMessage
{
    /// <summary>The largest number of maps sent per layer.</summary>
    public const int MostMaps = 256;

    // Larger maps are sent subsampled: a tile has fewer pixels.
    private const int MostSide = 64;

    private const int MostUnits = 4096;

    private readonly List<Layer> layers = [];
    private byte[] body = new byte[1 << 16];
    private int length;

    /// <summary>The header's description of a layer.</summary>
    /// <param name="Path">Its path.</param>
    /// <param name="Maps">The number of maps sent.</param>
    /// <param name="Rows">The rows of each, as sent.</param>
    /// <param name="Columns">The columns of each, as sent.</param>
    /// <param name="Step">The distance between rows and columns sent; 1 if the map is sent whole.</param>
    /// <param name="At">The offset of the first map, from the end of the header.</param>
    /// <param name="Note">What is left out, or empty.</param>
    /// <param name="Norm">The Euclidean norm of all values, including those left out.</param>
    public sealed record Layer(string Path, int Maps, int Rows, int Columns, int Step, int At, string Note, double Norm);

    /// <summary>The layers so far.</summary>
    public IReadOnlyList<Layer> Layers => layers;

    /// <summary>Adds a layer.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="shape">The shape of the sample: C x H x W, or a vector.</param>
    /// <param name="values">Its values.</param>
    /// <param name="signed">Whether all maps share one range symmetric about 0, for red and blue.</param>
    public void Add(string path, Shape shape, ReadOnlySpan<float> values, bool signed = false)
    {
        bool isVector = shape.Rank != 3;
        (int maps, int rows, int columns) = isVector ? (1, 1, shape.Count) : (shape[0], shape[1], shape[2]);
        int sent = Math.Min(maps, MostMaps), step = isVector ? 1 : (Math.Max(rows, columns) + MostSide - 1) / MostSide;
        (int sentRows, int sentColumns) = ((rows + step - 1) / step, Math.Min(MostUnits, (columns + step - 1) / step));
        float most = signed ? Math.Abs(TensorPrimitives.MaxMagnitude(values)) : 0;
        int at = length;
        for (int map = 0; map < sent; map++)
        {
            ReadOnlySpan<float> plane = values.Slice(map * rows * columns, rows * columns);
            (float low, float high) = signed ? (-most, most) : (TensorPrimitives.Min(plane), TensorPrimitives.Max(plane));
            Span<byte> room = Take(8 + sentRows * sentColumns);
            BinaryPrimitives.WriteSingleLittleEndian(room, low);
            BinaryPrimitives.WriteSingleLittleEndian(room[4..], high);
            WriteBytes(plane, columns, step, sentRows, sentColumns, low, high, room[8..]);
        }

        string note = sent < maps ? $"the first {sent} of {maps} maps" : sentColumns * step < columns ? $"the first {sentColumns} of {columns} units" : "";
        layers.Add(new Layer(path, sent, sentRows, sentColumns, step, at, note, NormOf(values)));
    }

    /// <summary>The message.</summary>
    /// <param name="header">The contents of the header, including <see cref="Layers"/>.</param>
    public byte[] Write(object header)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header, options);
        byte[] message = new byte[4 + json.Length + length];
        BinaryPrimitives.WriteInt32LittleEndian(message, json.Length);
        json.CopyTo(message, 4);
        body.AsSpan(0, length).CopyTo(message.AsSpan(4 + json.Length));
        return message;
    }

    private static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web) { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The Euclidean norm of some values.</summary>
    public static double NormOf(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }

    private static void WriteBytes(ReadOnlySpan<float> plane, int columns, int step, int sentRows, int sentColumns, float low, float high, Span<byte> bytes)
    {
        float scale = high > low ? 255 / (high - low) : 0, none = high > low ? 0 : 127.5f;
        for (int i = 0; i < sentRows; i++)
        {
            for (int j = 0; j < sentColumns; j++)
                bytes[i * sentColumns + j] = (byte)Math.Clamp((plane[i * step * columns + j * step] - low) * scale + none + 0.5f, 0, 255);
        }
    }

    private Span<byte> Take(int count)
    {
        if (body.Length < length + count)
            Array.Resize(ref body, Math.Max(2 * body.Length, length + count));
        length += count;
        return body.AsSpan(length - count, count);
    }
}
