namespace RefNet.Data.Digits;

/// <summary>Joins the parts of each digit, such as the body and the bar of a 5, and drops parts that are not digits.</summary>
internal static class DigitGrouping
{
    /// <summary>The digits in reading order: line by line, each from left to right.</summary>
    /// <param name="parts">Connected components of ink, at least one.</param>
    /// <param name="mask">The mask that contains them.</param>
    public static IReadOnlyList<Component> Group(IReadOnlyList<Component> parts, Plane<bool> mask)
    {
        List<Component> digits = WithoutFrames(WithoutSpecks(parts, 0.02 * Math.Min(mask.Rows, mask.Columns)));
        int largest = digits.Max(part => part.Box.Size);
        digits = WithoutSpecks(digits, 0.1 * largest);
        while (Join(digits, mask.Columns, least: 0.4 * largest))
        {
        }

        return InOrder(WithoutStrangers(digits, mask));
    }

    // The parts of at least this size, or all if none has it.
    private static List<Component> WithoutSpecks(IReadOnlyList<Component> parts, double least)
    {
        List<Component> large = [.. parts.Where(part => part.Box.Size >= least)];
        return large.Count > 0 ? large : [.. parts];
    }

    // A part around another that is not much smaller is a frame.
    private static List<Component> WithoutFrames(List<Component> parts) =>
        [.. parts.Where(part => !parts.Any(inner => part.Box.Grow(-1).Contains(inner.Box) && inner.Box.Size >= 0.4 * part.Box.Size))];

    private static bool Join(List<Component> digits, int columns, double least)
    {
        for (int a = 0; a < digits.Count; a++)
        {
            for (int b = a + 1; b < digits.Count; b++)
            {
                (Box one, Box other) = (digits[a].Box, digits[b].Box);
                if (Math.Max(one.Size, other.Size) < least || !BelongTogether(one, other))
                    continue;
                digits[a] = new Component([.. digits[a].Pixels, .. digits[b].Pixels], columns);
                digits.RemoveAt(b);
                return true;
            }
        }

        return false;
    }

    // Digits are side by side or on separate lines. Parts belong to one digit if they share most of the columns of the narrower and
    // some rows, or if one is too small for a digit and is just above, below or beside the other.
    private static bool BelongTogether(Box a, Box b)
    {
        double columns = (double)a.SharedColumns(b) / Math.Min(a.Columns, b.Columns);
        double rows = (double)a.SharedRows(b) / Math.Min(a.Rows, b.Rows);
        if (columns >= 0.5 && rows >= 0.2)
            return true;

        int larger = Math.Max(a.Size, b.Size);
        double gapBetweenRows = -a.SharedRows(b), gapBetweenColumns = -a.SharedColumns(b);
        bool isFragment = Math.Min(a.Rows, b.Rows) < 0.6 * Math.Max(a.Rows, b.Rows);
        bool isAboveOrBelow = columns >= 0.3 && gapBetweenRows <= 0.25 * larger;
        bool isNear = gapBetweenRows <= 0.12 * larger && gapBetweenColumns <= 0.12 * larger;
        return isFragment && (isAboveOrBelow || isNear);
    }

    // Drops parts cut off by the edge of the picture whose height differs from that of the digits, such as a finger or a table, and parts that are too low.
    private static List<Component> WithoutStrangers(List<Component> digits, Plane<bool> mask)
    {
        bool IsCut(Box box) => box.Top == 0 || box.Left == 0 || box.Bottom == mask.Rows - 1 || box.Right == mask.Columns - 1;
        int[] heights = [.. digits.Select(digit => digit.Box).Where(box => !IsCut(box) && box.Size >= 0.1 * Math.Min(mask.Rows, mask.Columns)).Select(box => box.Rows).Order()];
        if (heights.Length > 0)
        {
            double usual = heights[heights.Length / 2];
            digits = [.. digits.Where(digit => !IsCut(digit.Box) || (digit.Box.Rows > 0.7 * usual && digit.Box.Rows < 1.5 * usual))];
        }

        int tallest = digits.Max(digit => digit.Box.Rows);
        return [.. digits.Where(digit => digit.Box.Rows >= 0.4 * tallest)];
    }

    // Digits are on the same line if they share rows.
    private static IReadOnlyList<Component> InOrder(List<Component> digits)
    {
        List<List<Component>> lines = [];
        foreach (Component digit in digits.OrderBy(digit => digit.Box.Top + digit.Box.Bottom))
        {
            Box? before = lines.Count == 0 ? null : lines[^1][^1].Box;
            if (before is { } box && box.SharedRows(digit.Box) >= 0.4 * Math.Min(box.Rows, digit.Box.Rows))
                lines[^1].Add(digit);
            else
                lines.Add([digit]);
        }

        return [.. lines.SelectMany(line => line.OrderBy(digit => digit.Box.Left))];
    }
}
