using System.Text.RegularExpressions;

namespace RefNet.Benchmarks.Peers;

/// <summary>A library that RefNet.Peers calls.</summary>
/// <param name="Version">Major and minor version; null where it cannot be loaded.</param>
/// <param name="Missing">If it cannot be loaded, what is missing and what to do.</param>
internal sealed partial record PeerLibrary(string? Version, string Missing)
{
    /// <summary>Reads the report of RefNet.Peers on a library.</summary>
    /// <param name="name">Its name in the tables.</param>
    /// <param name="answers">The lines of "RefNet.Peers versions", each a library, and its version or "missing" and why; empty where it did not start.</param>
    public static PeerLibrary Read(string name, IEnumerable<string> answers)
    {
        string key = name.Replace(" ", "").ToLowerInvariant() + " ";
        if (answers.FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..] is not { } answer)
            return new PeerLibrary(null, $"RefNet.Peers did not say whether {name} is there: it is left out. Its messages stand above; if {PeerProgram.LibrariesVariable} is set, the libraries in that folder must fit this system.");
        if (MajorAndMinor().Match(answer) is { Success: true } version)
            return new PeerLibrary(version.Value, "");
        string why = LibraryVersion().Match(answer) is { Success: true } needed
            ? $"it needs {needed.Value}, which libstdc++.so.6 of this system lacks. Put one of GCC 13.2 or newer that runs on this system into a folder, and name the folder in {PeerProgram.LibrariesVariable}."
            : answer;
        return new PeerLibrary(null, $"{name} is left out: {why}");
    }

    [GeneratedRegex(@"^\d+\.\d+")]
    private static partial Regex MajorAndMinor();

    [GeneratedRegex(@"GLIBCXX_[\d.]+\d")]
    private static partial Regex LibraryVersion();
}
