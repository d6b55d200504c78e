using System.Buffers.Binary;

namespace RefNet.Data;

/// <summary>The colour type of a PNG picture: the values of a pixel.</summary>
internal enum PngColour
{
    Grey = 0,
    Colour = 2,
    Palette = 3,
    GreyAlpha = 4,
    ColourAlpha = 6,
}

/// <summary>The header of a PNG picture. Section 11.2.2 of the specification.</summary>
/// <param name="Columns">The width.</param>
/// <param name="Rows">The height.</param>
/// <param name="Bits">The bits per value: 1, 2, 4, 8 or 16.</param>
/// <param name="Colour">The colour type.</param>
/// <param name="IsInterlaced">Whether the pixels are stored in the seven passes of Adam7.</param>
internal sealed record PngHeader(int Columns, int Rows, int Bits, PngColour Colour, bool IsInterlaced)
{
    /// <summary>The number of values per pixel in the file.</summary>
    public int Values => Colour switch { PngColour.Colour => 3, PngColour.ColourAlpha => 4, PngColour.GreyAlpha => 2, _ => 1 };

    /// <summary>The distance in bytes from one pixel to the next; 1 where several share a byte.</summary>
    public int Step => Math.Max(1, Values * Bits / 8);

    /// <summary>The bytes of a row of this many pixels, without the byte for its filter.</summary>
    public int RowBytes(int columns) => (int)(((long)columns * Values * Bits + 7) / 8);

    /// <summary>The passes in which the rows are stored: the whole picture, or those of Adam7's seven grids that have pixels. Section 8.2.</summary>
    public IEnumerable<PngPass> Passes()
    {
        if (!IsInterlaced)
            return [new PngPass(0, 0, 1, 1, Rows, Columns)];
        (int Row, int Column, int Down, int Across)[] grids = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)];
        return from grid in grids
               where grid.Row < Rows && grid.Column < Columns
               let rows = (Rows - grid.Row + grid.Down - 1) / grid.Down
               let columns = (Columns - grid.Column + grid.Across - 1) / grid.Across
               select new PngPass(grid.Row, grid.Column, grid.Down, grid.Across, rows, columns);
    }

    /// <summary>Reads and checks the header.</summary>
    public static PngHeader Parse(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 13 || bytes[10] != 0 || bytes[11] != 0 || bytes[12] > 1)
            throw ImageFile.Damaged(path, "a header of 13 bytes with the methods 0 of compression and filters", Convert.ToHexString(bytes[..Math.Min(16, bytes.Length)]));
        ImageFile.CheckSize(path, BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));
        PngHeader header = new(BinaryPrimitives.ReadInt32BigEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes[4..]), bytes[8], (PngColour)bytes[9], bytes[12] == 1);
        bool fits = header.Colour switch
        {
            PngColour.Grey => header.Bits is 1 or 2 or 4 or 8 or 16,
            PngColour.Palette => header.Bits is 1 or 2 or 4 or 8,
            PngColour.Colour or PngColour.GreyAlpha or PngColour.ColourAlpha => header.Bits is 8 or 16,
            _ => false,
        };
        return fits ? header : throw ImageFile.Damaged(path, "a valid combination of colour type and bits", $"type {bytes[9]} with {bytes[8]} bits");
    }
}

/// <summary>A grid of pixels whose rows are consecutive in the file.</summary>
/// <param name="FirstRow">The row of its first pixel in the picture.</param>
/// <param name="FirstColumn">The column of its first pixel.</param>
/// <param name="Down">The distance from row to row.</param>
/// <param name="Across">The distance from column to column.</param>
/// <param name="Rows">Its height.</param>
/// <param name="Columns">Its width.</param>
internal readonly record struct PngPass(int FirstRow, int FirstColumn, int Down, int Across, int Rows, int Columns);
