namespace RefNet.Console;

/// <summary>The verdict of refnet doctor on a measurement.</summary>
internal enum Verdict
{
    /// <summary>As it should be.</summary>
    Fine,

    /// <summary>Unusual, and worth a look.</summary>
    Look,

    /// <summary>Keeps a network from learning, or from learning well.</summary>
    Wrong,
}

/// <summary>A measurement with its verdict.</summary>
/// <param name="Check">The name of the check.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Number">The number that decided it, if any.</param>
/// <param name="Layer">The layer that decided it; null for the whole network.</param>
/// <param name="Says">What was found.</param>
/// <param name="Means">What that means and, unless it is fine, what to try.</param>
internal sealed record DoctorFinding(string Check, Verdict Verdict, double? Number, string? Layer, string Says, string Means);
