using RefNet.Data.Digits;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>What came of one picture.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Reading">What was found in it; null if it could not be read.</param>
/// <param name="Answers">An answer for each digit of the reading.</param>
/// <param name="Error">Why it could not be read.</param>
internal sealed record Prediction(string Path, DigitReading? Reading, IReadOnlyList<Answer> Answers, string? Error);
