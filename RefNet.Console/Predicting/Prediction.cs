using RefNet.Data.Digits;

namespace RefNet.Console;

/// <summary>The result for one picture.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Reading">The digits found in it; null if it could not be read.</param>
/// <param name="Digits">The recognised digits; those that touched are cut apart.</param>
/// <param name="Error">Why it could not be read.</param>
internal sealed record Prediction(string Path, DigitReading? Reading, IReadOnlyList<RecognizedDigit> Digits, string? Error)
{
    /// <summary>Whether digits were cut apart.</summary>
    public bool HasCuts => Reading is not null && Digits.Count > Reading.Digits.Count;

    /// <summary>The reading, with digits that touched cut apart.</summary>
    public DigitReading? Shown => HasCuts ? Reading!.With([.. Digits.Select(digit => digit.Digit)]) : Reading;
}
