using RefNet.Data.Digits;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>A digit in a picture, and what it was taken for.</summary>
/// <param name="Digit">The digit.</param>
/// <param name="Answer">What the network says.</param>
/// <param name="Strangeness">
/// Its distance to the nearest training image of the class, as a multiple of the usual one: above 1 it is unlike them. Null where the network is not sure itself, and where it is not known.
/// </param>
/// <param name="Doubt">Why the answer is uncertain, in words; null if it is not, empty where there is nothing to add.</param>
internal sealed record RecognizedDigit(FoundDigit Digit, Answer Answer, double? Strangeness, string? Doubt)
{
    /// <summary>Whether the answer is no better than a guess.</summary>
    public bool IsUncertain => Doubt is not null;
}
