namespace RefNet.Data.Digits;

/// <summary>The width of the strokes of a mask.</summary>
internal static class StrokeWidth
{
    /// <summary>
    /// Across a stroke of w pixels, the distances to the nearest pixel outside it are 1, 2, ..., w/2, ..., 2, 1, and their mean is
    /// (w + 2) / 4: so w = 4 mean - 2.
    /// </summary>
    public static double Measure(Plane<bool> mask)
    {
        // The border makes the edge of the picture an edge of the ink.
        Plane<bool> framed = mask.Crop(new Box(0, 0, mask.Rows, mask.Columns).Grow(1));
        Plane<float> distance = DistanceTransform.To(framed.Select(ink => !ink));
        double sum = 0;
        int count = 0;
        for (int i = 0; i < framed.Values.Length; i++)
        {
            if (!framed.Values[i])
                continue;
            sum += distance.Values[i];
            count++;
        }

        return count == 0 ? 0 : Math.Max(1, 4 * sum / count - 2);
    }
}
