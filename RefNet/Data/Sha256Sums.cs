using System.Security.Cryptography;

namespace RefNet.Data;

/// <summary>
/// The optional list SHA256SUMS in the folder of a data set, in the format of sha256sum: 64 hexadecimal digits, a space, a space or
/// an asterisk, a name, optionally after ./. Every line must apply to a file: a checksum that is never compared protects nothing.
/// </summary>
internal sealed class Sha256Sums
{
    /// <summary>The name of the list.</summary>
    public const string FileName = "SHA256SUMS";

    private const int Digits = 64;

    private readonly string folder;
    private readonly Dictionary<string, string> sums = [];

    // Files are read on several threads.
    private readonly HashSet<string> applied = [];

    /// <summary>Reads the list of a folder; without a list, no file has a checksum.</summary>
    /// <exception cref="InputException">A line is malformed, or repeats a file.</exception>
    public Sha256Sums(string folder)
    {
        this.folder = folder;
        if (!InputFile.IsThere(ListPath))
            return;
        foreach (string line in InputFile.ReadLines(ListPath, FileLimits.List).Where(line => line.Length > 0))
        {
            if (line.Length < Digits + 3 || !line[..Digits].All(char.IsAsciiHexDigit) || line[Digits] != ' ' || line[Digits + 1] is not (' ' or '*'))
                throw InputFile.Error(ListPath, "lines in the format of sha256sum: 64 hexadecimal digits, two spaces, a name", $"'{line}'", "Correct it.");
            string listed = line[(Digits + 2)..];
            string name = listed.StartsWith("./", StringComparison.Ordinal) ? listed[2..] : listed;
            if (name != Path.GetFileName(name) || name is "" or "." or "..")
                throw InputFile.Error(ListPath, "names of files in its own folder", $"'{listed}'", "Correct it.");
            if (!sums.TryAdd(name, line[..Digits].ToLowerInvariant()))
                throw InputFile.Error(ListPath, "each file once", $"'{name}' twice", "Remove the wrong line.");
        }
    }

    private string ListPath => Path.Combine(folder, FileName);

    /// <summary>Compares a file with its checksums.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The names under which it may be listed.</param>
    /// <param name="sha256">Its SHA-256, in lower-case hexadecimal.</param>
    /// <returns>Whether it is listed.</returns>
    /// <exception cref="InputException">The checksum differs.</exception>
    public bool Agree(string path, IEnumerable<string> names, string sha256)
    {
        string[] listed = [.. names.Where(sums.ContainsKey)];
        lock (applied)
            applied.UnionWith(listed);
        foreach (string name in listed.Where(name => sums[name] != sha256))
            throw InputFile.Error(path, $"contents with SHA-256 {sums[name]}, as {FileName} says", sha256, $"Get the file again, or remove {FileName} if it belongs to another data set.");
        return listed.Length > 0;
    }

    /// <summary>Compares the other listed files, which are in the folder but not part of the data set.</summary>
    /// <exception cref="InputException">A file is missing, or its checksum differs.</exception>
    public void CheckTheRest()
    {
        foreach (string name in sums.Keys.Where(name => !applied.Contains(name)).Order(StringComparer.Ordinal))
        {
            string path = Path.Combine(folder, name);
            if (!InputFile.IsThere(path))
                throw InputFile.Error(ListPath, "names of existing files", $"'{name}'", "Correct the name, or remove the line.");
            using FileStream file = InputFile.Open(path, FileLimits.Data);
            Agree(path, [name], Convert.ToHexStringLower(SHA256.HashData(file)));
        }
    }
}
