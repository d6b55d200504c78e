using System.CommandLine;
using RefNet.Data;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>The commands data list and data verify.</summary>
internal sealed class DataCommand : Command
{
    private readonly Terminal terminal;

    public DataCommand(Terminal terminal) : base("data", "List or check data sets.")
    {
        this.terminal = terminal;
        Command list = new("list", "List the data sets that can be given by name.");
        list.SetAction(_ => List());
        Add(list);

        Argument<string?> set = new("SET")
        {
            Description = "The name or the folder of a set; all that can be given by name, where none is given.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Command verify = new("verify", "Read every file of a set and check lengths, labels and checksums.") { set };
        verify.SetAction(arguments => Verify(arguments.GetValue(set)));
        Add(verify);
    }

    private int List()
    {
        Table table = Terminal.Table("name", "training", "test", "size", "classes", "folder");
        foreach (string folder in DataFolders.All())
        {
            Dataset set = Mnist.Load(folder);
            Terminal.AddRow(table,
                set.Name, Format.Count(set.Training.Count), Format.Count(set.Test.Count),
                $"{set.Training.Rows}x{set.Training.Columns}", $"{set.Training.ClassNames.Count}", folder);
        }

        if (table.Rows.Count == 0)
            throw new InputException("No data set was found: no folder called data, here or above, has one. data/README.md says what belongs there.");
        terminal.Output.Write(table);
        return Host.Done;
    }

    private int Verify(string? nameOrFolder)
    {
        string[] folders = nameOrFolder is null ? [.. DataFolders.All()] : [DataFolders.Find(nameOrFolder).Folder];
        if (folders.Length == 0)
            throw new InputException("There is nothing to verify: no folder called data, here or above, has a data set. Give the folder of a set.");
        foreach (string folder in folders)
        {
            Mnist.Load(folder, out IReadOnlyList<DataFile> files);
            foreach (DataFile file in files)
            {
                terminal.WriteLine($"{file.Path}: {string.Join("x", file.Content.Extents)}, SHA-256 {file.Sha256}");
                terminal.WriteLine(file.SumAgreed
                    ? "  good: the checksum is the one in SHA256SUMS"
                    : "  good, as far as it shows: there is no checksum to compare with");
            }
        }

        return Host.Done;
    }
}
