using RefNet.Data;

namespace RefNet.Console;

/// <summary>Finds data sets: by the path of a folder, or by name in a folder called data, here or above.</summary>
internal static class DataFolders
{
    /// <summary>The folder of a data set, and what a run records: its name or the full path.</summary>
    public sealed record Place(string Folder, string Remembered);

    /// <summary>Finds a data set.</summary>
    /// <exception cref="InputException">There is no such data set.</exception>
    public static Place Find(string nameOrFolder)
    {
        bool isName = nameOrFolder.Length > 0 && nameOrFolder == Path.GetFileName(nameOrFolder) && nameOrFolder is not ("." or "..");
        string? named = isName ? Roots().Select(root => Path.Combine(root, nameOrFolder)).FirstOrDefault(Directory.Exists) : null;
        if (named is not null)
            return new Place(named, nameOrFolder);
        if (Directory.Exists(nameOrFolder))
            return new Place(nameOrFolder, Path.GetFullPath(nameOrFolder));

        string known = string.Join(", ", All().Select(Path.GetFileName));
        throw new InputException($"There is no data set '{nameOrFolder}': no folder has that name, here or in a folder called data, here or above. "
            + $"Give a folder with a data set, or a known name ({(known.Length == 0 ? "none found" : known)}).");
    }

    /// <summary>The folders of all named data sets.</summary>
    public static IEnumerable<string> All() =>
        from root in Roots()
        from folder in Directory.GetDirectories(root).Order(StringComparer.Ordinal)
        where Dataset.IsIn(folder)
        group folder by Path.GetFileName(folder) into sameName
        select sameName.First();

    /// <summary>The parent folder for a new data set: the nearest folder called data, here or above, or a new one here.</summary>
    public static string First() => Roots().FirstOrDefault() ?? "data";

    // Upward from the current folder, then from the program: this works anywhere inside a checkout, and outside.
    private static IEnumerable<string> Roots() =>
        new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory }
            .SelectMany(Upward)
            .Select(folder => Path.Combine(folder, "data"))
            .Where(Directory.Exists)
            .Distinct();

    private static IEnumerable<string> Upward(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            yield return folder.FullName;
    }
}
