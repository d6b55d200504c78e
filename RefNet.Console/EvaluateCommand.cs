using System.CommandLine;
using System.Text.Json;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Interop;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>refnet evaluate: tests the best weights of a run.</summary>
internal sealed class EvaluateCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string> run = Inputs.Run();
    private readonly Option<string?> data = Inputs.Text("--data", "DIR", "The data set: a name or a folder. [default: the one that the run was trained on]");
    private readonly BackendOption backend = new();
    private readonly Option<string?> json = Inputs.Json();

    public EvaluateCommand(Terminal terminal, Func<CudaProbe> findCuda) : base("evaluate", "Test a trained network: error, confusion matrix, precision and recall.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        Add(run);
        Add(data);
        backend.AddTo(this);
        Add(json);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
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
        choice.WriteAccount(terminal);
        if (arguments.GetValue(json) is { } path)
            AtomicFile.Write(path, stream => WriteJson(stream, options.Model, evaluation, set.Test.ClassNames));
        return Host.Done;
    }

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
