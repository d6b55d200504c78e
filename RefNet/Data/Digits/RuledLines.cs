namespace RefNet.Data.Digits;

/// <summary>
/// Removes the lines of ruled and squared paper, of forms and of frames from a mask, and keeps the strokes that cross them. Lines are found
/// by the Hough transform (Duda and Hart, "Use of the Hough Transformation to Detect Lines and Curves in Pictures", 1972). A column of a line
/// is deleted where it contains nothing but the line, as in the removal of staff lines from sheet music: a crossing stroke makes the run longer.
/// </summary>
internal static class RuledLines
{
    // Lines are within 6° of the edges of the picture.
    private const double SteepestSlope = 0.1;

    // Perspective rotates lines of one sheet against each other by about a degree.
    private const double LargestDeviation = 0.02;

    /// <summary>The strokes without lines.</summary>
    /// <param name="strokes">A mask.</param>
    /// <param name="ink">The strength of the ink of each pixel.</param>
    /// <param name="floor">Values above this are not noise: lines may be too pale to be completely in the mask.</param>
    public static Plane<bool> Remove(Plane<bool> strokes, Plane<float> ink, float floor)
    {
        RuledLine[] horizontal = Find(ink, floor);
        RuledLine[] vertical = Find(ink.Transposed(), floor);
        bool isFrame = IsFrame(horizontal, vertical);

        RuledLine[] across = [.. horizontal.Where(line => isFrame || line.Crosses)];
        RuledLine[] down = [.. vertical.Where(line => isFrame || line.Crosses)];
        Plane<bool> result = Without(Without(strokes, across).Transposed(), down).Transposed();

        // A digit that fills its picture also has strokes from edge to edge, such as the bar of a 7 or the stem of a 4.
        Box? rest = LargestPart(result);
        bool isStroke = across.Length <= 1 && down.Length <= 1 && rest is { } box && SidesReached(box, strokes) >= 2;
        return rest is { } left && left.Size >= 0.2 * Math.Min(strokes.Rows, strokes.Columns) && !isStroke ? result : strokes;
    }

    private static Box? LargestPart(Plane<bool> mask) => ConnectedComponents.Find(mask).MaxBy(part => part.Box.Size)?.Box;

    private static int SidesReached(Box box, Plane<bool> picture)
    {
        int near = 1 + Math.Min(picture.Rows, picture.Columns) / 50;
        return new[] { box.Top <= near, box.Left <= near, box.Bottom >= picture.Rows - 1 - near, box.Right >= picture.Columns - 1 - near }.Count(reached => reached);
    }

    // Two horizontal and two vertical lines whose ends are near each other.
    private static bool IsFrame(RuledLine[] horizontal, RuledLine[] vertical)
    {
        if (horizontal.Length < 2 || vertical.Length < 2)
            return false;
        (double top, double bottom) = (horizontal.Min(line => line.Middle), horizontal.Max(line => line.Middle));
        (double left, double right) = (vertical.Min(line => line.Middle), vertical.Max(line => line.Middle));
        double slack = 0.15 * Math.Max(bottom - top, right - left);
        return horizontal.All(line => line.First < left + slack && line.Last > right - slack)
            && vertical.All(line => line.First < top + slack && line.Last > bottom - slack);
    }

    private static Plane<bool> Without(Plane<bool> mask, RuledLine[] lines)
    {
        Plane<bool> result = mask.Select(ink => ink);
        foreach (Run run in lines.SelectMany(line => line.Runs))
        {
            for (int row = run.Top; row < run.Top + run.Length; row++)
                result[row, run.Column] = false;
        }

        return result;
    }

    // Lines from left to right.
    private static RuledLine[] Find(Plane<float> ink, float floor)
    {
        Plane<bool> mask = ink.Select(v => v > floor);
        Run[][] runs = [.. Enumerable.Range(0, mask.Columns).Select(column => Runs(mask, column))];
        int thickest = Math.Max(3, mask.Rows / 30);
        List<RuledLine> lines = [];
        foreach ((double middle, double slope) in Peaks(mask, runs, thickest))
        {
            if (RuledLine.Trace(runs, ink, middle, slope, thickest) is { } line && line.Last - line.First > 0.5 * mask.Columns)
                lines.Add(line);
        }

        return [.. lines];
    }

    private static Run[] Runs(Plane<bool> mask, int column)
    {
        List<Run> runs = [];
        for (int row = 0; row < mask.Rows; row++)
        {
            int top = row;
            while (row < mask.Rows && mask[row, column])
                row++;
            if (row > top)
                runs.Add(new Run(column, top, row - top));
        }

        return [.. runs];
    }

    // Each thin run votes for every line through its middle, y = middle + slope (x - columns / 2). The lines of a sheet are almost
    // parallel: their slope is where the votes are most concentrated (Postl, "Detection of Linear Oblique Structures and Skew Scan in
    // Digitized Documents", 1986). Lines over half of the picture have that many votes.
    private static IEnumerable<(double Middle, double Slope)> Peaks(Plane<bool> mask, Run[][] runs, int thickest)
    {
        Run[] thin = [.. runs.SelectMany(column => column).Where(run => run.Length <= thickest)];
        double step = 2.0 / mask.Columns;
        int steps = (int)Math.Ceiling(SteepestSlope / step);
        int slack = (int)(SteepestSlope * mask.Columns / 2) + 3;
        int[][] votes = [.. Enumerable.Range(-steps, 2 * steps + 1).Select(s => Vote(thin, s * step, mask, slack))];
        double[] concentration = [.. votes.Select(perRow => perRow.Sum(count => (double)count * count))];
        int common = Array.IndexOf(concentration, concentration.Max());

        int spread = (int)Math.Ceiling(LargestDeviation / step);
        int first = Math.Max(0, common - spread), last = Math.Min(2 * steps, common + spread);
        int rows = votes[0].Length;
        int[] best = [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(first, last - first + 1).Max(s => votes[s][row]))];
        int apart = Math.Max(4, thickest / 2);
        for (int row = 0; row < rows; row++)
        {
            bool isPeak = best[row] >= 0.4 * mask.Columns
                && Enumerable.Range(1, apart).All(d => (row < d || best[row - d] < best[row]) && (row + d >= rows || best[row + d] <= best[row]));
            if (isPeak)
                yield return (row - slack, (Enumerable.Range(first, last - first + 1).MaxBy(s => votes[s][row]) - steps) * step);
        }
    }

    // The votes for the lines of one slope, by their row in the middle; votes of neighbouring rows count too, since lines are a few pixels thick.
    private static int[] Vote(Run[] runs, double slope, Plane<bool> mask, int slack)
    {
        int[] votes = new int[mask.Rows + 2 * slack];
        foreach (Run run in runs)
            votes[slack + (int)Math.Round(run.Middle - slope * (run.Column - mask.Columns / 2.0))]++;
        return [.. votes.Select((count, row) => count + (row > 0 ? votes[row - 1] : 0) + (row + 1 < votes.Length ? votes[row + 1] : 0))];
    }
}
