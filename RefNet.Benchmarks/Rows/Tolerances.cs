namespace RefNet.Benchmarks.Rows;

/// <summary>How far results of two programs may be apart that add in another order, or by another algorithm.</summary>
internal static class Tolerances
{
    /// <summary>
    /// A sum of K products of numbers that are spread evenly over ±1/2: 1e-5 of the sum of the magnitudes of the products,
    /// K/16. Adding in any order stays below 1e-6 of it, Winograd's convolution below 1e-5; a product that is left out or
    /// misplaced changes the sum by 1/16 or so, and where all are, by √K/12.
    /// </summary>
    public static double OfSum(long k) => 1e-5 * k / 16;
}
