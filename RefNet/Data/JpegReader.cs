using System.Runtime.InteropServices;
using JpegLibrary;

namespace RefNet.Data;

/// <summary>
/// Reads a JPEG picture, baseline or progressive, of 8 bits per value: grey, YCbCr, RGB, CMYK or YCCK, rotated upright by its Exif
/// orientation. JpegLibrary decodes the components; this class converts their colours.
/// </summary>
internal sealed class JpegReader(string path, byte[] bytes)
{
    // A block of 8x8 pixels takes at least one bit.
    private const int MostPixelsPerByte = 8 * 64;

    // A progressive picture has about ten scans; thousands of them would each take a pass over all pixels.
    private const int MostScans = 200;

    /// <summary>Whether the bytes begin like a JPEG picture.</summary>
    public static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    /// <summary>Reads the picture.</summary>
    public Picture Read()
    {
        JpegHeader header = JpegHeader.Parse(bytes);
        if (header.Columns == 0)
            throw Damaged("a frame with the size of a JPEG picture", "none");
        ImageFile.CheckSize(path, header.Columns, header.Rows);
        if ((long)header.Columns * header.Rows > (long)MostPixelsPerByte * bytes.Length)
            throw Damaged($"the pixels of {header.Columns}x{header.Rows}", $"{bytes.Length} bytes, which cannot hold them (it is truncated)");
        if (header.Bits != 8 || header.Components.Length is not (1 or 3 or 4))
            throw InputFile.Error(path, "a JPEG picture of 8 bits per value, in grey or colour", $"{header.Bits} bits and {header.Components.Length} components", "Convert it to PNG.");
        if (bytes.AsSpan().Count((ReadOnlySpan<byte>)[0xFF, 0xDA]) > MostScans)
            throw Damaged($"at most {MostScans} scans", "more");

        int channels = header.Components.Length;
        byte[] values = new byte[header.Rows * header.Columns * channels];
        Unpack(header, values);
        values = JpegColours.Convert(header, values);
        return JpegOrientation.Apply(new Picture(values, header.Rows, header.Columns, channels == 1 ? 1 : 3), header.Orientation);
    }

    private void Unpack(JpegHeader header, byte[] values)
    {
        try
        {
            JpegDecoder decoder = new();
            decoder.SetInput(bytes);
            decoder.Identify();
            if (decoder.Width != header.Columns || decoder.Height != header.Rows || decoder.NumberOfComponents != header.Components.Length)
                throw Damaged("one frame", "two that disagree");
            decoder.SetOutputWriter(new Writer(values, header.Rows, header.Columns, header.Components.Length));
            decoder.Decode();
        }
        catch (Exception cause) when (cause is not (InputException or OutOfMemoryException))
        {
            // The library throws exceptions of many types for damaged data, NullReferenceException among them.
            throw Damaged("the pixels of a JPEG picture", $"corrupt ones ({cause.Message.TrimEnd('.')})");
        }
    }

    private InputException Damaged(string expected, string found) => ImageFile.Damaged(path, expected, found);

    /// <summary>Receives blocks of 8x8 values of one component; they may extend over the right and lower edges.</summary>
    private sealed class Writer(byte[] values, int rows, int columns, int channels) : JpegBlockOutputWriter
    {
        public override void WriteBlock(ref short blockRef, int componentIndex, int x, int y)
        {
            ReadOnlySpan<short> block = MemoryMarshal.CreateReadOnlySpan(ref blockRef, 64);
            for (int row = 0; row < 8 && y + row < rows; row++)
            {
                int place = ((y + row) * columns + x) * channels + componentIndex;
                for (int column = 0; column < 8 && x + column < columns; column++)
                    values[place + column * channels] = (byte)Math.Clamp((int)block[8 * row + column], 0, 255);
            }
        }
    }
}
