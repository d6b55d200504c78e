using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RefNet.Interop;

/// <summary>
/// The header of NumPy's npy format, versions 1.0 to 3.0: 0x93 NUMPY, the version in 2 bytes, the length of the text in 2 bytes
/// (4 from version 2.0 on), little-endian, then the text: a Python dictionary with the type (descr), the order and the shape.
/// </summary>
/// <remarks>The format: "numpy.lib.format" in the manual of NumPy.</remarks>
/// <param name="TypeName">The type with its byte order, such as &lt;f4.</param>
/// <param name="Type">The type; null for one that is not read.</param>
/// <param name="IsBigEndian">Whether the most significant byte comes first.</param>
/// <param name="IsColumnMajor">Whether the first axis varies fastest.</param>
/// <param name="Extents">The extents, outermost first; none for a single number.</param>
/// <param name="Length">The bytes before the numbers.</param>
internal sealed partial record NpyHeader(string TypeName, ElementType? Type, bool IsBigEndian, bool IsColumnMajor, long[] Extents, int Length)
{
    // NumPy itself refuses longer ones; it writes about a hundred bytes.
    private const int MostText = 10_000;
    private const int MostAxes = 64;

    /// <summary>The bytes of the numbers; null where the type is not read.</summary>
    public Int128? DataBytes => Type is { } type ? Extents.Aggregate((Int128)type.Bytes(), (product, extent) => Int128.Min(product * extent, long.MaxValue)) : null;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Whether the bytes begin like an npy file.</summary>
    public static bool IsNpy(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Magic);

    /// <summary>Reads a header from the beginning of a stream.</summary>
    /// <exception cref="FormatException">It is not such a header; the message says what was found.</exception>
    public static NpyHeader Read(Stream stream)
    {
        byte[] start = Take(stream, Magic.Length + 2);
        if (!IsNpy(start) || start[6] is not (1 or 2 or 3))
            throw new FormatException($"bytes {Convert.ToHexString(start)} in place of 934E554D5059 and a version from 1 to 3");
        byte[] size = Take(stream, start[6] == 1 ? 2 : 4);
        uint length = size.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > MostText)
            throw new FormatException($"a header of {length} bytes, over {MostText}");
        return Parse(Encoding.UTF8.GetString(Take(stream, (int)length)), start.Length + size.Length + (int)length);
    }

    private static NpyHeader Parse(string text, int length)
    {
        Match type = Descr().Match(text), order = FortranOrder().Match(text), shape = Shape().Match(text);
        if (!type.Success || !order.Success || !shape.Success)
            throw new FormatException($"a header without descr, fortran_order or shape: {text.Trim()}");
        string[] extents = shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (extents.Length > MostAxes)
            throw new FormatException($"a shape of {extents.Length} axes, over {MostAxes}");
        string name = type.Groups[1].Success ? type.Groups[1].Value : "a structure";
        return new NpyHeader(
            name, ElementTypes.OfNumPy(name.TrimStart('<', '>', '|', '=')), name.StartsWith('>'), order.Groups[1].Value == "True",
            [.. extents.Select(extent => long.TryParse(extent.TrimEnd('L'), CultureInfo.InvariantCulture, out long parsed) ? parsed : throw new FormatException($"an extent of {extent}"))],
            length);
    }

    /// <summary>The header that NumPy writes, version 1.0: spaces make its length a multiple of 64.</summary>
    /// <param name="type">The type with its byte order.</param>
    /// <param name="extents">The extents.</param>
    public static byte[] Write(string type, IReadOnlyList<int> extents)
    {
        string shape = string.Join(", ", extents) + (extents.Count == 1 ? "," : "");
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}";
        int spaces = 63 - (Magic.Length + 4 + text.Length) % 64;
        byte[] header = [.. Magic, 1, 0, 0, 0, .. Encoding.ASCII.GetBytes(text + new string(' ', spaces) + "\n")];
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(header.Length - 10));
        return header;
    }

    private static byte[] Take(Stream stream, int count)
    {
        byte[] bytes = new byte[count];
        int found = stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false);
        return found == count ? bytes : throw new FormatException($"{found} bytes where {count} of the header belong (it is truncated)");
    }

    // A structure is a list of types and has no name.
    [GeneratedRegex("""['"]descr['"]\s*:\s*(?:['"]([^'"]*)['"]|\[)""", RegexOptions.NonBacktracking)]
    private static partial Regex Descr();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(True|False)""", RegexOptions.NonBacktracking)]
    private static partial Regex FortranOrder();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([0-9L,\s]*)\)""", RegexOptions.NonBacktracking)]
    private static partial Regex Shape();
}
