using RefNet.Data.Digits;

namespace RefNet.Console;

/// <summary>What came of one picture.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Reading">What was found in it; null if it could not be read.</param>
/// <param name="Digits">What its digits were taken for. Those that touched are cut apart.</param>
/// <param name="Error">Why it could not be read.</param>
internal sealed record Prediction(string Path, DigitReading? Reading, IReadOnlyList<RecognizedDigit> Digits, string? Error)
{
    /// <summary>Whether some were cut apart.</summary>
    public bool HasCuts => Reading is not null && Digits.Count > Reading.Digits.Count;

    /// <summary>The reading with the digits as they were cut.</summary>
    public DigitReading? Shown => HasCuts ? Reading!.With([.. Digits.Select(digit => digit.Digit)]) : Reading;
}
