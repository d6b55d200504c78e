using System.CommandLine;
using System.Text.Json;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Interop;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>refnet evaluate: the best weights of a run on the test set.</summary>
internal sealed class EvaluateCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string> run = Inputs.Run();
    private readonly Option<string?> data = Inputs.Text("--data", "DIR", "The data: a name or a folder. [default: what the run was trained on]");
    private readonly DeviceOptions device = new();
    private readonly Option<string?> json = Inputs.Json();

    public EvaluateCommand(Terminal terminal, Func<CudaProbe> findCuda) : base("evaluate", "Test a trained network: error, confusion matrix, precision and recall.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        Add(run);
        Add(data);
        Add(device.Device);
        Add(device.Tf32);
        Add(json);
        Validators.Add(device.CheckTogether);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        RunFolder folder = RunFolder.Open(arguments.GetRequiredValue(run));
        RunOptions options = folder.ReadOptions();
        Dataset set = Mnist.Load(DataFolders.Find(arguments.GetValue(data) ?? options.Data).Folder);
        using DeviceChoice choice = device.Take(arguments, findCuda, terminal);
        Evaluation evaluation = TrainingRun.Test(options, folder, set);

        terminal.WriteLine($"{options.Model} of {folder.Path} on {set.Name}");
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
        json.WriteNumber("error_rate", confusion.ErrorRate);
        json.WriteNumber("loss", evaluation.Loss);
        json.WriteNumber("images_per_second", Math.Round(Speed(evaluation)));
        json.WriteStartArray("classes");
        for (int c = 0; c < confusion.Classes; c++)
        {
            json.WriteStartObject();
            json.WriteString("name", classNames[c]);
            WriteShare(json, "precision", confusion.Precision(c));
            WriteShare(json, "recall", confusion.Recall(c));
            json.WriteStartArray("taken_for");
            for (int decided = 0; decided < confusion.Classes; decided++)
                json.WriteNumberValue(confusion[c, decided]);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // JSON has no NaN: where nothing was counted, there is no share.
    private static void WriteShare(Utf8JsonWriter json, string name, double share)
    {
        if (double.IsNaN(share))
            json.WriteNull(name);
        else
            json.WriteNumber(name, share);
    }
}
