namespace RefNet.Data.Digits;

/// <summary>Connected pixels, corners included. Rosenfeld and Pfaltz, "Sequential Operations in Digital Picture Processing", 1966.</summary>
internal static class ConnectedComponents
{
    /// <summary>The components of a mask.</summary>
    public static IReadOnlyList<Component> Find(Plane<bool> mask)
    {
        List<Component> components = [];
        Plane<bool> seen = new(mask.Rows, mask.Columns);
        Stack<int> stack = new();
        for (int start = 0; start < mask.Values.Length; start++)
        {
            if (mask.Values[start] && !seen.Values[start])
                components.Add(Fill(mask, seen, start, stack));
        }

        return components;
    }

    // A flood fill from one pixel.
    private static Component Fill(Plane<bool> mask, Plane<bool> seen, int start, Stack<int> stack)
    {
        List<int> pixels = [];
        seen.Values[start] = true;
        stack.Push(start);
        while (stack.TryPop(out int pixel))
        {
            pixels.Add(pixel);
            (int row, int column) = (pixel / mask.Columns, pixel % mask.Columns);
            for (int r = Math.Max(0, row - 1); r <= Math.Min(mask.Rows - 1, row + 1); r++)
            {
                for (int c = Math.Max(0, column - 1); c <= Math.Min(mask.Columns - 1, column + 1); c++)
                {
                    if (!mask[r, c] || seen[r, c])
                        continue;
                    seen[r, c] = true;
                    stack.Push(r * mask.Columns + c);
                }
            }
        }

        return new Component(pixels, mask.Columns);
    }
}
