namespace RefNet.Benchmarks.Rows;

/// <summary>How much results of two programs may differ, by their norms, if they add in a different order or use a different algorithm.</summary>
internal static class Tolerances
{
    /// <summary>
    /// Sums of K products of numbers that are uniform over ±1/2: their norm is √K/12 per element. Added one by one, roundings of
    /// 6e-8 of a sum that grows to it add up to 6e-8 √(K/2) of the norm: 3e-5 for the longest sums here, of 401,408 products;
    /// vectors and blocks give less, Winograd's convolution about 1e-5 at any K. Leaving out one product of each sum
    /// changes the norm by 1/√K, 1.6e-3 or more; an error of half its size in one of the 65,536 compared elements, by 2e-3.
    /// </summary>
    public const double OfSums = 1e-4;

    /// <summary>
    /// Elements that are a few operations away from their inputs: each is within a few units in the last place, 6e-8.
    /// </summary>
    public const double OfElements = 1e-6;

    /// <summary>
    /// Outputs of a network in evaluation mode: each of its L convolutions adds up to 1e-5 (see <see cref="OfSums"/>), in independent
    /// directions, so that the total is √L 1e-5: 7e-5 for the 53 of ResNet-50. Leaving out a layer changes a large part of them.
    /// </summary>
    public const double OfNetworks = 1e-4;

    /// <summary>
    /// Losses of the first steps. Rounding moves activations across kinks, so that gradients in float differ by up to 6e-3 (docs/torchvision.md);
    /// a step at the rate used here changes a loss by about a tenth, which leaves 6e-4. Steps without momentum differ by far more.
    /// </summary>
    public const double OfLosses = 1e-3;
}
