namespace RefNet.Training;

/// <summary>history.csv of a run folder: one row per epoch, first to last.</summary>
internal static class RunHistory
{
    /// <summary>Writes the rows.</summary>
    public static void Write(Stream stream, IEnumerable<EpochRecord> history)
    {
        using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(EpochRecord.CsvHeader);
        foreach (EpochRecord epoch in history)
            writer.WriteLine(epoch.ToCsv());
    }

    /// <summary>Reads the rows.</summary>
    /// <exception cref="InputException">It is not such a table, a number is outside its range, or the epochs are not 1, 2, 3 ...</exception>
    public static IReadOnlyList<EpochRecord> Read(string path)
    {
        List<EpochRecord> history = [];
        try
        {
            string[] lines = [.. InputFile.ReadLines(path, FileLimits.History)];
            if (lines.Length == 0 || lines[0] != EpochRecord.CsvHeader)
                throw new FormatException($"its first line should be {EpochRecord.CsvHeader}.");
            foreach (string line in lines.Skip(1))
            {
                EpochRecord epoch = EpochRecord.FromCsv(line);
                if (epoch.Epoch != history.Count + 1)
                    throw new FormatException($"epoch {history.Count + 1} should stand where epoch {epoch.Epoch} is.");
                history.Add(epoch);
            }
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new InputException($"{path}: expected a row for each epoch; {e.Message} Restore the file, or train again in another folder.", e);
        }

        return history;
    }
}
