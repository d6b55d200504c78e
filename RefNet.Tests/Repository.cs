using NUnit.Framework;

namespace RefNet.Tests;

/// <summary>The checkout that the tests were built from, for tests that read the project's own sources and documents.</summary>
public static class Repository
{
    /// <summary>The folder of RefNet.sln; a test that needs it is skipped, visibly, where it is not there.</summary>
    public static string Root
    {
        get
        {
            string? root = Find();
            if (root is null)
                Assert.Ignore($"The sources are missing: no RefNet.sln in {AppContext.BaseDirectory} or above it.");
            return root!;
        }
    }

    /// <summary>The folder of RefNet.sln, or null.</summary>
    public static string? Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "RefNet.sln")))
            folder = folder.Parent;
        return folder?.FullName;
    }

    /// <summary>The text of the source file of an engine type: Dense.cs for Dense`1.</summary>
    public static string SourceOf(Type type)
    {
        string file = $"{type.Name.Split('`')[0]}.cs";
        string[] found = Directory.GetFiles(Path.Combine(Root, "RefNet"), file, SearchOption.AllDirectories);
        Assert.That(found, Has.Length.EqualTo(1), $"{type.Name} must stand in one file of its own, {file}, somewhere in RefNet/.");
        return File.ReadAllText(found[0]);
    }
}
