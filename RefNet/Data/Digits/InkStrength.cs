namespace RefNet.Data.Digits;

/// <summary>
/// Ink at full strength: the ink of each pixel divided by the strongest nearby. A stroke becomes 1 for a black or a pale pen, at any
/// pressure, and its edge is where half of the ink is.
/// </summary>
internal static class InkStrength
{
    public static Plane<float> Run(InkExtraction extraction)
    {
        Plane<float> ink = extraction.Ink;
        Plane<float> strongest = Morphology.Dilate(ink, Math.Max(1, (int)Math.Round(extraction.PenWidth)));
        Plane<float> strength = new(ink.Rows, ink.Columns);
        for (int i = 0; i < ink.Values.Length; i++)
        {
            // Far from ink, values are compared with the weakest ink, not with themselves.
            float full = Math.Max(strongest.Values[i], extraction.Threshold);
            strength.Values[i] = ink.Values[i] > extraction.Floor ? Math.Min(1, ink.Values[i] / full) : 0;
        }

        return strength;
    }
}
