namespace RefNet.Console;

/// <summary>What refnet doctor makes of a measurement.</summary>
internal enum Verdict
{
    /// <summary>As it should be.</summary>
    Fine,

    /// <summary>Unusual: worth a look.</summary>
    Look,

    /// <summary>So a network does not learn, or not well.</summary>
    Wrong,
}

/// <summary>A measurement with its verdict.</summary>
/// <param name="Check">What was measured.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Number">The number that decided it; null where there is none.</param>
/// <param name="Layer">The layer that decided it; null where it is the whole network.</param>
/// <param name="Says">What was found.</param>
/// <param name="Means">What that means and, unless it is fine, what to try.</param>
internal sealed record DoctorFinding(string Check, Verdict Verdict, double? Number, string? Layer, string Says, string Means);
