using System.Globalization;
using RefNet.Blocks;
using RefNet.Layers;

namespace RefNet.Training;

/// <summary>histograms.csv of a run folder: for each epoch and each parameter that learns, one row for its weights and one for their changes in the epoch.</summary>
internal sealed class RunHistograms(Network<float> network)
{
    private const string Weights = "weights", Changes = "changes";

    private static readonly string Header = $"epoch,parameter,numbers,low,high,{string.Join(',', Enumerable.Range(1, Histogram.Bins).Select(bin => $"bin_{bin}"))}";

    private readonly (string Path, Parameter<float> Parameter)[] parameters = [.. network.NamedParameters()];
    private readonly List<ParameterHistograms> rows = [];
    private float[][] before = [];

    /// <summary>Records the weights at the start of the first epoch.</summary>
    public void Begin() => before = [.. parameters.Select(named => named.Parameter.Value.Values.ToArray())];

    /// <summary>Adds the histograms after an epoch.</summary>
    public void Add(int epoch)
    {
        for (int p = 0; p < parameters.Length; p++)
        {
            ((string path, Parameter<float> parameter), float[] old) = (parameters[p], before[p]);
            ReadOnlySpan<float> now = parameter.Value.Values;
            TensorPrimitives.Subtract(now, old, old);
            rows.Add(new ParameterHistograms(epoch, path, Histogram.Of(now), Histogram.Of(old)));
            now.CopyTo(old);
        }
    }

    /// <summary>Writes all rows.</summary>
    public void Write(Stream stream)
    {
        using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(Header);
        foreach (ParameterHistograms row in rows)
        {
            writer.WriteLine(ToCsv(row, Weights, row.Weights));
            writer.WriteLine(ToCsv(row, Changes, row.Changes));
        }
    }

    /// <summary>Restores the histograms of a resumed run after its last epoch.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or lacks epochs.</exception>
    public void Resume(RunFolder folder, int done)
    {
        rows.AddRange(Read(folder.Histograms, network).TakeWhile(row => row.Epoch <= done));
        if (rows.Count < done * parameters.Length)
            throw new InputException($"{folder.Histograms}: expected the histograms of {done} epochs; found those of {rows.Count / parameters.Length}. Restore the file, or train again in another folder.");
    }

    /// <summary>Reads all rows.</summary>
    /// <exception cref="InputException">
    /// It is not such a table, the rows are not of epoch 1, 2 ... and in each of every parameter of the network, a number is outside its range, or counts are not those
    /// of the parameter.
    /// </exception>
    public static IReadOnlyList<ParameterHistograms> Read(string path, Network<float> network)
    {
        try
        {
            string[] lines = [.. InputFile.ReadLines(path, FileLimits.Histograms)];
            if (lines.Length == 0 || lines[0] != Header)
                throw new FormatException($"its first line should be {Header}.");
            (string Path, Parameter<float> Parameter)[] parameters = [.. network.NamedParameters()];
            if ((lines.Length - 1) % (2 * parameters.Length) != 0)
                throw new FormatException($"it should have {2 * parameters.Length} rows for each epoch, two for each parameter; found {lines.Length - 1} in all.");
            ParameterHistograms[] rows = new ParameterHistograms[(lines.Length - 1) / 2];
            for (int i = 0; i < rows.Length; i++)
            {
                int epoch = i / parameters.Length + 1;
                (string name, Parameter<float> parameter) = parameters[i % parameters.Length];
                rows[i] = new ParameterHistograms(epoch, name, Row(lines, 2 * i + 1, $"{epoch},{name},{Weights}", parameter.Count), Row(lines, 2 * i + 2, $"{epoch},{name},{Changes}", parameter.Count));
            }

            return rows;
        }
        catch (FormatException e)
        {
            throw new InputException($"{path}: expected rows of histograms; {e.Message} Restore the file, or train again in another folder.", e);
        }
    }

    private static string ToCsv(ParameterHistograms row, string numbers, Histogram histogram) => string.Create(
        CultureInfo.InvariantCulture, $"{row.Epoch},{row.Parameter},{numbers},{histogram.Low:R},{histogram.High:R},{string.Join(',', histogram.Counts)}");

    private static Histogram Row(string[] lines, int at, string start, int size)
    {
        string[] fields = lines[at].Split(',');
        if (fields.Length != 5 + Histogram.Bins || string.Join(',', fields.Take(3)) != start)
            throw new FormatException($"line {at + 1} should begin with {start} and have {5 + Histogram.Bins} fields; found '{Short(lines[at])}'.");
        (float low, float high) = (Bound(fields[3]), Bound(fields[4]));
        Histogram histogram = new(low, high, [.. fields.Skip(5).Select(Count)]);
        if (low > high || histogram.Total > size)
            throw new FormatException($"line {at + 1} should have low at most high, and counts of {size} numbers together; found {fields[3]}, {fields[4]} and {histogram.Total}.");
        return histogram;

        float Bound(string field) => float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out float bound) && float.IsFinite(bound)
            ? bound
            : throw new FormatException($"low and high of line {at + 1} should be finite numbers; found '{Short(field)}'.");

        int Count(string field) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : throw new FormatException($"the counts of line {at + 1} should be whole numbers of 0 or more; found '{Short(field)}'.");
    }

    private static string Short(string text) => text.Length <= 60 ? text : $"{text[..60]}...";
}
