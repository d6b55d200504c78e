using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using RefNet.Data;
using RefNet.Interop;

namespace RefNet.Console;

/// <summary>Fetches a data set into a folder and verifies it.</summary>
internal sealed class DataGet(Terminal terminal, CancellationToken cancellation)
{
    // A record of CIFAR-10 has 3,073 bytes, a file 10,000 of them.
    private const int MostArchivedBytes = 30_730_000;

    /// <summary>Fetches the missing files.</summary>
    /// <exception cref="InputException">A file has the wrong contents.</exception>
    /// <exception cref="IOException">A server cannot be reached.</exception>
    public void Run(DataSource source, string folder)
    {
        if (Directory.Exists(folder) && Dataset.IsIn(folder))
        {
            terminal.WriteLine($"{folder} already holds a data set; data verify checks it.");
            return;
        }

        Directory.CreateDirectory(folder);
        terminal.WriteLine($"{source.Name}: {source.Credit}");
        List<(string Sum, string Name)> sums = [];
        foreach (DataSource.File file in source.Files)
        {
            string path = Path.Combine(folder, file.Name);
            if (!File.Exists(path))
                Fetch(file, path);
            Verify(file, path);
            if (file.IsArchive)
                sums.AddRange(Unpack(path, folder));
            else
                sums.Add((file.Sha256, Path.GetFileNameWithoutExtension(file.Name)));
        }

        if (source.ClassNames.Count > 0)
            AtomicFile.WriteLines(Path.Combine(folder, "classes.txt"), source.ClassNames);
        AtomicFile.WriteLines(Path.Combine(folder, "SHA256SUMS"), sums.Select(sum => $"{sum.Sum}  {sum.Name}"));
        Dataset set = Dataset.Load(folder);
        terminal.WriteLine($"{folder}: {Format.Count(set.Training.Count)} images to train on, {Format.Count(set.Test.Count)} to test, {set.Training.ClassNames.Count} classes");
    }

    private void Fetch(DataSource.File file, string path)
    {
        terminal.WriteLine($"{file.Address}");
        if (!terminal.IsLive)
        {
            Download.Fetch(file.Address, path, file.MostBytes, (_, _) => { }, cancellation);
            return;
        }

        terminal.ShowBars(context =>
        {
            Spectre.Console.ProgressTask bar = context.AddTask(file.Name, maxValue: file.MostBytes);
            Pace pace = new();
            Download.Fetch(file.Address, path, file.MostBytes, (have, all) =>
            {
                bar.MaxValue = all ?? file.MostBytes;
                bar.Value = have;
                if (pace.IsDue())
                    context.Refresh();
            }, cancellation);
            bar.StopTask();
            return true;
        });
    }

    // A wrong file is removed, so that the next attempt fetches it again.
    private static void Verify(DataSource.File file, string path)
    {
        string sum = SumOf(file, path);
        if (sum == file.Sha256)
            return;
        File.Delete(path);
        throw new InputException($"{file.Address}: expected a file with SHA-256 {file.Sha256}; found {sum}, and removed it. Try again later, or fetch the file by other means.");
    }

    private static string SumOf(DataSource.File file, string path)
    {
        using FileStream packed = File.OpenRead(path);
        using Stream content = file.IsArchive ? packed : new GZipStream(packed, CompressionMode.Decompress);
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(content));
        }
        catch (InvalidDataException)
        {
            return "no gzip";
        }
    }

    // Extracts regular files named .bin, whatever their folder in the archive, then deletes the archive.
    private static List<(string Sum, string Name)> Unpack(string archive, string folder)
    {
        List<(string, string)> sums = [];
        using (GZipStream unpacked = new(File.OpenRead(archive), CompressionMode.Decompress))
        using (TarReader tar = new(unpacked))
        {
            while (tar.GetNextEntry() is { } entry)
            {
                string name = entry.Name.Split('/')[^1];
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !name.EndsWith(".bin", StringComparison.Ordinal))
                    continue;
                if (entry.Length > MostArchivedBytes)
                    throw new InputException($"{archive}: expected files of at most {MostArchivedBytes} bytes; found {name} with {entry.Length}. Fetch the archive again.");
                byte[] content = new byte[entry.Length];
                entry.DataStream?.ReadExactly(content);
                AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(content));
                sums.Add((Convert.ToHexStringLower(SHA256.HashData(content)), name));
            }
        }

        File.Delete(archive);
        return sums;
    }
}
