using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RefNet.Backends;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Interop;
using RefNet.Interpretation;
using RefNet.Models;
using RefNet.Training;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>refnet evaluate: tests the best weights of a run, or of several runs together.</summary>
internal sealed class EvaluateCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string[]> runs = new("RUN") { Description = "The folder of a training run, or of several to test them as an ensemble.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> data = Inputs.Text("--data", "DIR", "The data set: a name or a folder. [default: that of the run]");
    private readonly Option<string?> attack = Inputs.Text("--attack", "EPSILON,...", "Also test under attack by the fast gradient sign method: each pixel changes by this fraction of its range, such as 0.05,0.1,0.2.");
    private readonly Option<int?> shifts = Inputs.Whole("--shifts", "Also classify each image shifted by up to this many pixels, and average the probabilities. [default: 0]", least: 0, most: 8);
    private readonly Option<bool> flip = new("--flip") { Description = "Also classify the mirror image of each image. Not for digits." };
    private readonly BackendOption backend = new();
    private readonly Option<string?> json = Inputs.Json();

    public EvaluateCommand(Terminal terminal, Func<CudaProbe> findCuda) : base("evaluate", "Test a trained network: error, confusion matrix, precision and recall.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        Add(runs);
        foreach (Option option in new Option[] { data, shifts, flip, attack })
            Add(option);
        Validators.Add(result =>
        {
            if (result.GetResult(attack) is not null && (result.GetValue(runs)?.Length > 1 || result.GetValue(shifts) > 0 || result.GetValue(flip)))
                result.AddError($"{attack.Name} attacks one network on unchanged images: give one RUN, without {shifts.Name} and {flip.Name}.");
        });
        backend.AddTo(this);
        Add(json);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        double[] epsilons = arguments.GetValue(attack) is { } given ? EpsilonsOf(given) : [];
        RunFolder[] folders = [.. arguments.GetRequiredValue(runs).Select(RunFolder.Open)];
        RunOptions[] options = [.. folders.Select(folder => folder.ReadOptions())];
        string? other = arguments.GetValue(data);
        Dataset set = Dataset.Load(DataFolders.Find(other ?? options[0].Data).Folder);
        for (int i = 0; i < folders.Length && other is null; i++)
            TrainingRun.CheckData(options[i], set, folders[i], $"Or give {data.Name} to test on other data.");
        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        BestNetwork[] networks = [.. folders.Zip(options, (folder, of) => Load(of, folder, set.Test, choice.Backend))];
        IReadOnlyList<ImageView> views = ImageView.All(arguments.GetValue(shifts) ?? 0, arguments.GetValue(flip));

        string models = string.Join(", ", options.Select(option => option.Model).Distinct());
        terminal.WriteLine(folders.Length == 1 ? $"{models} of {folders[0].Path} on {set.Name}" : $"{folders.Length} runs of {models} on {set.Name}");
        foreach (string? trainedOn in options.Select(option => option.DataSha256).Where(sha => sha != set.Sha256).Distinct())
            terminal.WriteLine($"The data differ from those of the run, which have SHA-256 {trainedOn}.");
        Evaluation evaluation = networks.Length == 1 && views.Count == 1 ? networks[0].Test(set.Test) : TestTogether(folders, networks, set.Test, views);
        Results.Write(terminal, evaluation, set.Test.ClassNames);
        terminal.WriteLine($"{Format.Count(Speed(evaluation))} images/s");
        if (epsilons.Length > 0)
            Attack(networks[0], set.Test, epsilons);
        choice.WriteAccount(terminal);
        if (arguments.GetValue(json) is { } path)
            AtomicFile.Write(path, stream => WriteJson(stream, models, evaluation, set.Test.ClassNames));
        return Host.Done;
    }

    private static BestNetwork Load(RunOptions options, RunFolder folder, ImageSet images, IBackend<float> backend)
    {
        Architectures.Find(options.Model).CheckFits(images);
        return BestNetwork.Load(options, folder, backend);
    }

    private Evaluation TestTogether(RunFolder[] folders, BestNetwork[] networks, ImageSet images, IReadOnlyList<ImageView> views)
    {
        Ensemble ensemble = Ensemble.Run([.. networks.Select(EnsembleTest.Member)], images, views);
        EnsembleTest.Write(terminal, folders, ensemble, views.Count);
        return ensemble.Together;
    }

    private void Attack(BestNetwork best, ImageSet images, double[] epsilons)
    {
        ClassScores<float> scores = new(best.PixelNetwork);
        terminal.WriteLine();
        terminal.WriteLine("Each pixel changed against the true class (fast gradient sign method):");
        Table table = Terminal.Table("epsilon, fraction of the pixel range", "test error");
        foreach (double epsilon in epsilons)
            Terminal.AddRow(table, Format.Number(epsilon), Format.Percent(AttackCurve.ErrorRate(scores, images, best.Scaling, epsilon)));
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
