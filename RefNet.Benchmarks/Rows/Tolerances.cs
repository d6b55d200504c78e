namespace RefNet.Benchmarks.Rows;

/// <summary>How far results of two programs may be apart, by their norms, that add in another order, or by another algorithm.</summary>
internal static class Tolerances
{
    /// <summary>
    /// Sums of K products of numbers that are spread evenly over ±1/2: their norm is √K/12 an element. Added one by one, roundings of 6e-8
    /// of a sum that grows to it make 6e-8 √(K/2) of the norm: 3e-5 for the longest sums here, of 401,408 products; vectors and blocks make less,
    /// Winograd's convolution some 1e-5 at any K. One product of each that is left out changes the norm by 1/√K, 1.6e-3 or more; one
    /// element of the 65,536 that are compared that is wrong by half its size, by 2e-3.
    /// </summary>
    public const double OfSums = 1e-4;

    /// <summary>
    /// Elements that are a few operations from their inputs: each within some units in the last place, 6e-8.
    /// </summary>
    public const double OfElements = 1e-6;

    /// <summary>
    /// Outputs of a network in evaluation mode: each of its L convolutions adds up to 1e-5 (see <see cref="OfSums"/>), in directions
    /// that have nothing to do with each other, so that √L 1e-5 come together: 7e-5 for the 53 of ResNet-50. A layer that is left out changes much of them.
    /// </summary>
    public const double OfNetworks = 1e-4;

    /// <summary>
    /// Losses of the first steps. Rounding moves activations over kinks, so that gradients in float are up to 6e-3 apart (docs/torchvision.md);
    /// a step of the rate here changes a loss by a tenth of it or so, which leaves 6e-4. Steps without momentum differ by far more.
    /// </summary>
    public const double OfLosses = 1e-3;
}
