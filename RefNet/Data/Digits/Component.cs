namespace RefNet.Data.Digits;

/// <summary>A set of pixels of a mask, and their bounding box.</summary>
internal sealed class Component
{
    /// <summary>Creates a component.</summary>
    /// <param name="pixels">Indices of pixels, row by row.</param>
    /// <param name="columns">The width of the mask.</param>
    public Component(IReadOnlyList<int> pixels, int columns)
    {
        Pixels = pixels;
        int top = int.MaxValue, left = int.MaxValue, bottom = 0, right = 0;
        foreach (int pixel in pixels)
        {
            (int row, int column) = (pixel / columns, pixel % columns);
            (top, bottom) = (Math.Min(top, row), Math.Max(bottom, row));
            (left, right) = (Math.Min(left, column), Math.Max(right, column));
        }

        Box = new Box(top, left, bottom - top + 1, right - left + 1);
    }

    public IReadOnlyList<int> Pixels { get; }

    public Box Box { get; }
}
