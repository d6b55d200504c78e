using RefNet.Data.Digits;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>A digit in a picture, and the answer of the network.</summary>
/// <param name="Digit">The digit.</param>
/// <param name="Answer">The network's answer.</param>
/// <param name="Strangeness">
/// Its distance to the nearest training image of the class, relative to the usual one: above 1 it is unlike them. Null where the network itself is unsure, and where it is unknown.
/// </param>
/// <param name="Doubt">Why the answer is uncertain; null if it is certain, empty if there is no reason to state.</param>
internal sealed record RecognizedDigit(FoundDigit Digit, Answer Answer, double? Strangeness, string? Doubt)
{
    /// <summary>Whether the answer is no better than a guess.</summary>
    public bool IsUncertain => Doubt is not null;
}
