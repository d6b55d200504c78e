using System.Security.Cryptography;
using RefNet.Blocks;
using RefNet.Interop;

namespace RefNet.Training;

/// <summary>
/// The source of a run's initial weights where they are not random: the best weights of another run, or a file; and which layers are frozen. LECTURES T11.
/// </summary>
internal static class FirstWeights
{
    /// <summary>Freezes layers and blocks.</summary>
    /// <param name="network">The network.</param>
    /// <param name="paths">Their paths, separated by commas; a block freezes everything inside it.</param>
    /// <exception cref="InputException">There is no such layer, or nothing is left to learn.</exception>
    public static void Freeze(Network<float> network, string paths)
    {
        foreach (string path in paths.Split(',', StringSplitOptions.TrimEntries))
            network[path].IsFrozen = true;
        if (network.Parameters.All(parameter => parameter.IsFrozen))
            throw new InputException($"Frozen layers: expected some that leave a layer to learn; found {paths}, which are all that have parameters.");
    }

    /// <summary>The options with the SHA-256 of the initial weights, where these come from a file.</summary>
    /// <exception cref="InputException">The file is missing, or its content differs from that in the options.</exception>
    public static RunOptions Bind(RunOptions options) => options.From is null ? options : options with { FromSha256 = Read(options).Sha256 };

    /// <summary>Reads the initial weights of a run into its network; does nothing where they are random.</summary>
    /// <returns>The paths of the layers that keep random weights, since they have other classes.</returns>
    /// <exception cref="InputException">The weights are missing, differ from those in the options, or do not fit.</exception>
    public static IReadOnlyList<string> Load(RunOptions options, Network<float> network) =>
        options.From is null ? [] : NetworkWeights.LoadAllButHeads(network, Read(options).File);

    private static (TensorFile File, string Sha256) Read(RunOptions options)
    {
        string path = RunFolder.HoldsRun(options.From!) ? RunFolder.Open(options.From!).Best : options.From!;
        byte[] bytes = InputFile.Read(path, FileLimits.Weights);
        string found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (options.FromSha256 is { } expected && found != expected)
            throw new InputException($"{path}: expected the first weights of the run, with SHA-256 {expected}; found {found}. Restore the file, or train anew from what it holds now.");
        return (TensorFile.Parse(path, bytes), found);
    }
}
