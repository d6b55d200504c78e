namespace RefNet.Data.Digits;

/// <summary>
/// Shows the processing steps of pictures: one row each, with the picture in grey, its paper alone, its ink at full strength, the strokes with a
/// box around each digit, and the images that the network sees.
/// </summary>
public static class ContactSheet
{
    // The longer side of a panel, and the space around it.
    private const int PanelSize = 280;
    private const int Gap = 8;
    private const int CellScale = 5;

    private const float Desk = 128, White = 255, Black = 0, BoxGrey = 160;

    /// <summary>Draws the sheet.</summary>
    /// <param name="readings">At least one.</param>
    public static GreyImage Draw(IReadOnlyList<DigitReading> readings)
    {
        Plane<float>[][] rows = [.. readings.Select(reading => Panels(reading).ToArray())];
        int columns = rows.Max(panels => panels.Sum(panel => panel.Columns + Gap)) + Gap;
        int height = rows.Sum(panels => panels.Max(panel => panel.Rows) + Gap) + Gap;
        Plane<float> sheet = new(height, columns);
        sheet.Values.AsSpan().Fill(Desk);
        int top = Gap;
        foreach (Plane<float>[] panels in rows)
        {
            int left = Gap;
            foreach (Plane<float> panel in panels)
            {
                for (int row = 0; row < panel.Rows; row++)
                    panel.Row(row).CopyTo(sheet.Row(top + row)[left..]);
                left += panel.Columns + Gap;
            }

            top += panels.Max(panel => panel.Rows) + Gap;
        }

        return new GreyImage([.. sheet.Values.Select(v => (byte)Math.Clamp(Math.Round(v), 0, 255))], height, columns);
    }

    private static IEnumerable<Plane<float>> Panels(DigitReading reading)
    {
        yield return Panel(reading.Seen);
        yield return Panel(reading.Paper);
        yield return Panel(reading.Ink.Select(v => White * (1 - v)));
        yield return Panel(WithBoxes(reading));
        foreach (FoundDigit digit in reading.Digits)
            yield return Enlarge(digit.Cell);
    }

    private static Plane<float> Panel(Plane<float> x)
    {
        double scale = (double)PanelSize / Math.Max(x.Rows, x.Columns);
        return Resampling.Resize(x, Math.Max(1, (int)Math.Round(x.Rows * scale)), Math.Max(1, (int)Math.Round(x.Columns * scale)));
    }

    private static Plane<float> WithBoxes(DigitReading reading)
    {
        Plane<float> panel = reading.Strokes.Select(stroke => stroke ? Black : White);
        // Thick enough to be visible when the panel is reduced.
        int thickness = 1 + Math.Max(panel.Rows, panel.Columns) / PanelSize;
        foreach (FoundDigit digit in reading.Digits)
        {
            Box inside = digit.Box.Scale(reading.Scale).Grow(thickness);
            Box outside = inside.Grow(thickness);
            for (int row = Math.Max(0, outside.Top); row <= Math.Min(panel.Rows - 1, outside.Bottom); row++)
            {
                for (int column = Math.Max(0, outside.Left); column <= Math.Min(panel.Columns - 1, outside.Right); column++)
                {
                    if (!inside.Contains(new Box(row, column, 1, 1)))
                        panel[row, column] = BoxGrey;
                }
            }
        }

        return panel;
    }

    // Enlarges each pixel to a block.
    private static Plane<float> Enlarge(GreyImage cell)
    {
        Plane<float> blocks = new(cell.Rows * CellScale, cell.Columns * CellScale);
        for (int row = 0; row < blocks.Rows; row++)
        {
            for (int column = 0; column < blocks.Columns; column++)
                blocks[row, column] = cell[row / CellScale, column / CellScale];
        }

        return blocks;
    }
}
