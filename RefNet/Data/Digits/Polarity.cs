namespace RefNet.Data.Digits;

/// <summary>Distinguishes dark ink on light paper from light ink on dark paper.</summary>
internal static class Polarity
{
    /// <summary>
    /// Ink covers less than paper: around each pixel, a few values are far from the mean and many are near it. The sign of the third
    /// moment, sum (x - mean)³, shows on which side the few are.
    /// </summary>
    /// <remarks>
    /// The mean is local, since light may fall off and a table may show around the sheet. In a small picture it is that of the whole picture: there
    /// strokes are so wide for their digit that the inside of a 0 would be a small light region among much ink.
    /// </remarks>
    public static bool InkIsLight(Plane<float> grey)
    {
        double share = Math.Min(grey.Rows, grey.Columns) < DigitReader.Small ? 0.5 : 0.25;
        return LocalMean.Differences(grey, share).Sum(difference => Math.Pow(difference, 3)) > 0;
    }
}
