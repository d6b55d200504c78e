using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>Describes the first change of a tensor.</summary>
internal static class Changes
{
    /// <summary>"x at [3]: 1 became 0.5"; null where nothing changed.</summary>
    public static string? Of(string name, Tensor<double> before, Tensor<double> after) =>
        Bits.FirstDifference(before.Values, after.Values) is { } place
            ? $"{name} at [{place}]: {Bits.Show(before.Values[place])} became {Bits.Show(after.Values[place])}"
            : null;
}
