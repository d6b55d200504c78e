using System.CommandLine;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Layers;
using RefNet.Training;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>refnet probe: how well a linear classifier separates the classes by the output of each layer of a trained network (LECTURES T11).</summary>
internal sealed class ProbeCommand : Command
{
    private const string Input = "input";
    private const int UsualLimit = 5000;

    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly CancellationToken cancellation;
    private readonly Argument<string> run = Inputs.Run();
    private readonly Option<string[]?> layer = new("--layer") { HelpName = "PATH", Description = $"A layer or block, or {Input}; may be given several times. [default: {Input} and the top-level layers except Flatten and Dropout]" };
    private readonly Option<string?> data = Inputs.Text("--data", "DIR", "Images of the same size, possibly with other classes: a name or a folder. [default: those of the run]");
    private readonly Option<int?> limit = Inputs.Whole("--limit", $"Maximum number of training images, and of held-out images. [default: {UsualLimit}]", least: 2);
    private readonly Option<int?> seed = Inputs.Whole("--seed", "Seed of the classifiers. [default: 1]", least: int.MinValue);
    private readonly BackendOption backend = new();

    public ProbeCommand(Terminal terminal, Func<CudaProbe> findCuda, CancellationToken cancellation) : base("probe", "Measure how well each layer of a trained network separates the classes.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        this.cancellation = cancellation;
        Add(run);
        foreach (Option option in new Option[] { layer, data, limit, seed })
            Add(option);
        backend.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        RunFolder folder = RunFolder.Open(arguments.GetRequiredValue(run));
        RunOptions options = folder.ReadOptions();
        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        BestNetwork best = BestNetwork.Load(options, folder, choice.Backend);
        string[] paths = arguments.GetValue(layer) is { Length: > 0 } given ? given : [Input, .. OuterLayers(best)];
        // An unknown path fails before anything is read or trained.
        (LayerFeatures[] layers, string[] refused) = FeaturesOf(best, paths, isChosen: arguments.GetValue(layer) is { Length: > 0 });

        (ImageSet training, ImageSet held, string name) = ImagesFor(arguments, options, folder, best);
        int most = arguments.GetValue(limit) ?? UsualLimit;
        (training, held) = (training.Take(Math.Min(most, training.Count)), held.Take(Math.Min(most, held.Count)));
        terminal.WriteLine($"{options.Model} of {folder.Path}: a softmax classifier on the output of each layer; {Format.Count(training.Count)} training images and {Format.Count(held.Count)} held-out ones of {name}");

        using CtrlC stop = new(cancellation);
        try
        {
            Write(LayerProbe.Run(best, layers, training, held, arguments.GetValue(seed) ?? 1, stop.Token), refused);
        }
        catch (OperationCanceledException)
        {
            return Host.Cancelled;
        }

        choice.WriteAccount(terminal);
        return Host.Done;
    }

    // Of the usual layers, those that are too large are left out; a chosen one is an error.
    private static (LayerFeatures[] Layers, string[] Refused) FeaturesOf(BestNetwork best, IEnumerable<string> paths, bool isChosen)
    {
        List<LayerFeatures> layers = [];
        List<string> refused = [];
        foreach (string path in paths)
        {
            try
            {
                layers.Add(LayerFeatures.Of(best, path == Input ? "" : path));
            }
            catch (InputException error) when (!isChosen)
            {
                refused.Add(error.Message);
            }
        }

        return ([.. layers], [.. refused]);
    }

    private void Write(IReadOnlyList<LayerProbe> probes, IReadOnlyList<string> refused)
    {
        Table table = Terminal.Table("layer", "output", "features", "training error", "held-out error");
        foreach (LayerProbe probe in probes)
            Terminal.AddRow(table, NameOf(probe), $"{probe.Output}", Format.Count(probe.Features), Format.Percent(probe.TrainingError), Format.Percent(probe.Error));
        terminal.Write(table);
        foreach (string message in refused)
            terminal.WriteLine($"Left out: {message}");
        if (probes.MinBy(probe => probe.Error) is { } smallest)
        {
            terminal.WriteLine($"The output of {NameOf(smallest)} separates the classes best, with an error of {Format.Percent(smallest.Error)} on held-out images: "
                + "the smaller the error, the closer the features of a layer are to linearly separable.");
        }
    }

    // The run's own split; of other images a tenth is held out.
    private (ImageSet Training, ImageSet Held, string Name) ImagesFor(ParseResult arguments, RunOptions options, RunFolder folder, BestNetwork best)
    {
        Dataset set = Dataset.Load(DataFolders.Find(arguments.GetValue(data) ?? options.Data).Folder);
        if (!best.Scaling.SampleShape(set.Training).Equals(best.Architecture.Input))
            throw new InputException($"{set.Name}: expected images of the input size of {best.Architecture.Name}, {best.Architecture.Input} with its border; found {best.Scaling.SampleShape(set.Training)}.");
        if (arguments.GetValue(data) is null)
            TrainingRun.CheckData(options, set, folder, $"Or give {data.Name} to use other data.");
        (ImageSet training, ImageSet held) = set.Sha256 == options.DataSha256 && (options.Validation > 0 || options.Fold is not null)
            ? options.Split(set.Training)
            : set.Training.HoldOut(Math.Max(1, set.Training.Count / 10), options.Seed);
        return (training, held, set.Name);
    }

    private static IEnumerable<string> OuterLayers(BestNetwork best) =>
        best.Network.Layers.Where(outer => outer is not (Flatten<float> or Dropout<float>) && outer.Name.Length > 0).Select(outer => outer.Name);

    private static string NameOf(LayerProbe probe) => probe.Path.Length == 0 ? Input : probe.Path;
}
