using System.CommandLine;
using RefNet.Data;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>The commands data list, data verify and data get.</summary>
internal sealed class DataCommand : Command
{
    private readonly Terminal terminal;

    public DataCommand(Terminal terminal, CancellationToken cancellation) : base("data", "List data sets, verify their files, fetch public ones.")
    {
        this.terminal = terminal;
        Command list = new("list", "List the named data sets.");
        list.SetAction(_ => List());
        Add(list);

        Argument<string?> set = new("SET")
        {
            Description = "The name or the folder of a data set. [default: all named ones]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Command verify = new("verify", "Read every file of a data set and check lengths, labels and checksums.") { set };
        verify.SetAction(arguments => Verify(arguments.GetValue(set)));
        Add(verify);

        Argument<string> source = new("NAME") { Description = $"One of {string.Join(", ", DataSource.All.Select(known => known.Name))}." };
        Option<string?> folder = Inputs.Text("--out", "DIR", "The destination folder. [default: data/NAME, in the nearest folder called data, here or above]");
        Command get = new("get", "Fetch and verify a public data set. An interrupted download resumes.") { source, folder };
        get.SetAction(arguments => Get(arguments.GetRequiredValue(source), arguments.GetValue(folder), cancellation));
        Add(get);
    }

    private int Get(string name, string? folder, CancellationToken cancellation)
    {
        string[] names = [.. DataSource.All.Select(known => known.Name)];
        DataSource source = DataSource.All.FirstOrDefault(known => known.Name == name)
            ?? throw new InputException($"There is no public data set '{name}' to fetch.{Mistake.Meant(name, names)} Choose one of {string.Join(", ", names)}.");
        using CtrlC stop = new(cancellation);
        try
        {
            new DataGet(terminal, stop.Token).Run(source, folder ?? Path.Combine(DataFolders.First(), name));
            return Host.Done;
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine("Stopped. Give the same command again to resume.");
            return Host.Cancelled;
        }
    }

    private int List()
    {
        Table table = Terminal.Table("name", "training", "test", "size", "classes", "folder");
        int code = Host.Done;
        foreach (string folder in DataFolders.All())
        {
            try
            {
                Dataset set = Dataset.Load(folder);
                Terminal.AddRow(table,
                    set.Name, Format.Count(set.Training.Count), Format.Count(set.Test.Count),
                    Size(set.Training), $"{set.Training.ClassNames.Count}", folder);
            }
            catch (Exception error) when (error is InputException or IOException or UnauthorizedAccessException)
            {
                // One damaged set must not hide the others.
                terminal.WriteError(error.Message);
                code = Host.CodeAfter(error, code);
            }
        }

        if (table.Rows.Count > 0)
            terminal.Write(table);
        else if (code == Host.Done)
            throw new InputException("No data set found: expected one in a folder called data, here or above. data/README.md describes the files.");
        return code;
    }

    private static string Size(ImageSet images) => images.Channels == 1 ? $"{images.Rows}x{images.Columns}" : $"{images.Channels}x{images.Rows}x{images.Columns}";

    private int Verify(string? nameOrFolder)
    {
        string[] folders = nameOrFolder is null ? [.. DataFolders.All()] : [DataFolders.Find(nameOrFolder).Folder];
        if (folders.Length == 0)
            throw new InputException("Nothing to verify: no folder called data, here or above, holds a data set. Give the folder of a data set.");
        foreach (string folder in folders)
        {
            Dataset.Load(folder, out IReadOnlyList<DataFile> files);
            foreach (DataFile file in files)
            {
                terminal.WriteLine($"{file.Path}: {string.Join("x", file.Extents)}, SHA-256 {file.Sha256}");
                terminal.WriteLine(file.SumAgreed
                    ? "  ok: the checksum agrees with SHA256SUMS"
                    : "  ok, but not verified: there is no checksum to compare with");
            }
        }

        return Host.Done;
    }
}
