using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Interop;
using RefNet.Interpretation;
using RefNet.Models;
using RefNet.Training;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>refnet evaluate: tests the best weights of a run.</summary>
internal sealed class EvaluateCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string> run = Inputs.Run();
    private readonly Option<string?> data = Inputs.Text("--data", "DIR", "The data set: a name or a folder. [default: the one that the run was trained on]");
    private readonly Option<string?> attack = Inputs.Text("--attack", "EPSILON,...", "Also test with each pixel moved by so much of its range, where it hurts (the fast gradient sign method): 0.05,0.1,0.2.");
    private readonly BackendOption backend = new();
    private readonly Option<string?> json = Inputs.Json();

    public EvaluateCommand(Terminal terminal, Func<CudaProbe> findCuda) : base("evaluate", "Test a trained network: error, confusion matrix, precision and recall.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        Add(run);
        Add(data);
        Add(attack);
        backend.AddTo(this);
        Add(json);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        double[] epsilons = arguments.GetValue(attack) is { } given ? EpsilonsOf(given) : [];
        RunFolder folder = RunFolder.Open(arguments.GetRequiredValue(run));
        RunOptions options = folder.ReadOptions();
        string? other = arguments.GetValue(data);
        Dataset set = Dataset.Load(DataFolders.Find(other ?? options.Data).Folder);
        if (other is null)
            TrainingRun.CheckData(options, set, folder, $"Or name these with {data.Name}, to test on others than it was trained on.");
        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        Evaluation evaluation = TrainingRun.Test(options, folder, set, choice.Backend);

        terminal.WriteLine($"{options.Model} of {folder.Path} on {set.Name}");
        if (set.Sha256 != options.DataSha256)
            terminal.WriteLine($"The data are not those that the run was trained on, with SHA-256 {options.DataSha256}.");
        Results.Write(terminal, evaluation, set.Test.ClassNames);
        terminal.WriteLine($"{Format.Count(Speed(evaluation))} images/s");
        if (epsilons.Length > 0)
            Attack(options, folder, set.Test, choice.Backend, epsilons);
        choice.WriteAccount(terminal);
        if (arguments.GetValue(json) is { } path)
            AtomicFile.Write(path, stream => WriteJson(stream, options.Model, evaluation, set.Test.ClassNames));
        return Host.Done;
    }

    private void Attack(RunOptions options, RunFolder folder, ImageSet images, IBackend<float> backend, double[] epsilons)
    {
        Architecture architecture = Architectures.Find(options.Model);
        Network<float> network = architecture.Create<float>(options.Seed);
        network.To(backend);
        TrainingRun.LoadBest(options, folder, network);
        ClassScores<float> scores = new(network);
        terminal.WriteLine();
        terminal.WriteLine("Each pixel moved against the true class (fast gradient sign method):");
        Table table = Terminal.Table("epsilon, of the range of a pixel", "test error");
        foreach (double epsilon in epsilons)
            Terminal.AddRow(table, Format.Number(epsilon), Format.Percent(AttackCurve.ErrorRate(scores, images, architecture.Scaling(), epsilon)));
        terminal.Write(table);
    }

    private double[] EpsilonsOf(string given) => [.. given.Split(',').Select(text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double epsilon) && epsilon is >= 0 and <= 1
            ? epsilon
            : throw new InputException($"{attack.Name}: expected numbers from 0 to 1 with commas between them, such as 0.05,0.1,0.2; found '{text}'."))];

    private static double Speed(Evaluation evaluation) => evaluation.Confusion.Samples / evaluation.Elapsed.TotalSeconds;

    private static void WriteJson(Stream stream, string model, Evaluation evaluation, IReadOnlyList<string> classNames)
    {
        ConfusionMatrix confusion = evaluation.Confusion;
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteNumber("images", confusion.Samples);
        json.WriteNumber("errors", confusion.Errors);
        json.WriteFinite("error_rate", confusion.ErrorRate);
        json.WriteFinite("loss", evaluation.Loss);
        json.WriteFinite("images_per_second", Math.Round(Speed(evaluation)));
        json.WriteStartArray("classes");
        for (int c = 0; c < confusion.Classes; c++)
        {
            json.WriteStartObject();
            json.WriteString("name", classNames[c]);
            json.WriteFinite("precision", confusion.Precision(c));
            json.WriteFinite("recall", confusion.Recall(c));
            json.WriteStartArray("predicted_as");
            for (int predicted = 0; predicted < confusion.Classes; predicted++)
                json.WriteNumberValue(confusion[c, predicted]);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
