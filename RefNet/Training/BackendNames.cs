namespace RefNet.Training;

/// <summary>The backends that a run can name. The host creates them: a backend for a graphics card is not part of the engine.</summary>
public static class BackendNames
{
    /// <summary>Plain loops: the same bits on every machine.</summary>
    public const string Reference = "reference";

    /// <summary>The fast managed backend.</summary>
    public const string Simd = "simd";

    /// <summary>The fast managed backend with the matrix products of Math.NET.</summary>
    public const string MathNet = "mathnet";

    /// <summary>An NVIDIA graphics card.</summary>
    public const string Cuda = "cuda";

    /// <summary>The names, in the order of a list for users.</summary>
    public static IReadOnlyList<string> All { get; } = [Reference, Simd, MathNet, Cuda];

    /// <summary>Checks a name.</summary>
    /// <exception cref="InputException">There is no such backend.</exception>
    public static void Check(string name)
    {
        if (!All.Contains(name))
            throw new InputException($"There is no backend '{name}'; choose one of {string.Join(", ", All)}.");
    }
}
