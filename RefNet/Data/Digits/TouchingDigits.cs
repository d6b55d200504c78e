namespace RefNet.Data.Digits;

/// <summary>
/// Finds where a connected component may be split, if it is several touching digits: along upright or slanted lines that cross little ink.
/// Which split is right is decided by recognising the halves (heuristic over-segmentation: LeCun et al. 1998, section V).
/// </summary>
internal static class TouchingDigits
{
    // Two digits are wider than one: nearly all of MNIST's digits are higher than wide.
    private const double LeastWidth = 1;

    // Each half has at least this share of the width.
    private const double LeastHalf = 0.15;

    // Columns per row, to the left and to the right.
    private static readonly double[] Slants = [0, 0.25, -0.25];

    private const int CutsOfASlant = 4;

    // Digits lower than this are too coarse to be cut.
    private const int LeastRows = 16;

    /// <summary>The halves of each split, those that cut the least ink first; empty if it is no wider than one digit.</summary>
    /// <param name="digit">A component that may be several digits.</param>
    /// <param name="columns">The width of the plane that contains it.</param>
    public static IEnumerable<(Component Left, Component Right)> Cuts(Component digit, int columns)
    {
        if (digit.Box.Rows < LeastRows || digit.Box.Columns < LeastWidth * digit.Box.Rows)
            return [];
        return from cut in Slants.SelectMany(slant => Lines(digit, columns, slant)).OrderBy(cut => cut.Ink)
               let halves = Halves(digit, columns, cut.Slant, cut.Column)
               where halves.Left.Pixels.Count > 0 && halves.Right.Pixels.Count > 0
               select halves;
    }

    // Lines that cross less ink than their neighbours.
    private static IEnumerable<(double Slant, int Column, int Ink)> Lines(Component digit, int columns, double slant)
    {
        int[] ink = new int[digit.Box.Columns];
        foreach (int pixel in digit.Pixels)
        {
            int column = Across(digit, pixel, columns, slant);
            if (column >= 0 && column < ink.Length)
                ink[column]++;
        }

        int least = Math.Max(1, (int)(LeastHalf * ink.Length)), apart = Math.Max(1, ink.Length / 25);
        List<int> chosen = [];
        foreach (int column in Enumerable.Range(least, Math.Max(0, ink.Length - 2 * least)).OrderBy(column => ink[column]).ThenBy(column => Math.Abs(2 * column - ink.Length)))
        {
            if (chosen.All(other => Math.Abs(other - column) >= apart))
                chosen.Add(column);
            if (chosen.Count == CutsOfASlant)
                break;
        }

        return chosen.Select(column => (slant, column, ink[column]));
    }

    // The column where the line of this slant through a pixel crosses the middle row, counted from the left of the box.
    private static int Across(Component digit, int pixel, int columns, double slant)
    {
        double down = pixel / columns - (digit.Box.Top + digit.Box.Bottom) / 2.0;
        return (int)Math.Round(pixel % columns - digit.Box.Left + slant * down);
    }

    private static (Component Left, Component Right) Halves(Component digit, int columns, double slant, int column)
    {
        ILookup<bool, int> sides = digit.Pixels.ToLookup(pixel => Across(digit, pixel, columns, slant) >= column);
        return (new Component([.. sides[false]], columns), new Component([.. sides[true]], columns));
    }
}
