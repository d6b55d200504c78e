using System.CommandLine;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Interpretation;
using RefNet.Training;
using RefNet.Web;

namespace RefNet.Console;

/// <summary>refnet serve: a local page that shows a network at work.</summary>
internal sealed class ServeCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly CancellationToken cancellation;
    private readonly Argument<string?> run = new("RUN") { Description = "The folder of a training run. Left out, the page offers to train a network.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<int?> port = Inputs.Whole("--port", "The port on 127.0.0.1. [default: a free one]", least: 1, most: 65535);
    private readonly Option<string?> data = Inputs.Text("--data", "DIR|mnist", "The data set for training on the page: its name or its folder. [default: the run's, or mnist]");
    private readonly BackendOption backend = new();

    public ServeCommand(Terminal terminal, Func<CudaProbe> findCuda, CancellationToken cancellation) : base("serve", "Show a network at work on a page in the browser: draw, look inside, train.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        this.cancellation = cancellation;
        Add(run);
        Add(port);
        Add(data);
        backend.AddTo(this);
        SetAction(Run);
    }

    /// <summary>The methods of refnet explain that explain an image, except for its maps, which the page always shows.</summary>
    public static IReadOnlyList<Visualiser> Visualisers { get; } =
    [
        .. ExplainMethods.All.Where(method => !method.IsOfNetwork && method.Name != "maps")
            .Select(method => new Visualiser(method.Name, method.Title, method.Sentence, method.Paper, at => Look(method, at))),
    ];

    private int Run(ParseResult arguments)
    {
        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        string? folder = arguments.GetValue(run);
        string set = arguments.GetValue(data) ?? (folder is null ? "mnist" : RunFolder.Open(folder).ReadOptions().Data);
        Serve(new ServedSettings
        {
            Port = arguments.GetValue(port) ?? 0,
            Run = folder,
            Backend = choice.Backend,
            BackendName = choice.Name,
            ReadData = () => Read(set),
            NewFolder = TrainingOptions.NewFolder,
            Visualisers = Visualisers,
            NameClass = Format.Class,
            HowToTrain = $"{Host.Invocation} train lenet5-modern --epochs 2 --out runs/first",
        }).GetAwaiter().GetResult();
        choice.WriteAccount(terminal);
        return Host.Cancelled;
    }

    private async Task Serve(ServedSettings settings)
    {
        using CtrlC stop = new(cancellation);
        await using PageServer server = await PageServer.Start(settings);
        terminal.WriteLine($"{server.Address} shows the network; Ctrl-C stops. Only this machine can reach it, and only with this address.");
        await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static (Dataset, string) Read(string set)
    {
        DataFolders.Place place = DataFolders.Find(set);
        return (Dataset.Load(place.Folder), place.Remembered);
    }

    private static IReadOnlyList<(Picture, string)> Look(ExplainMethod method, LookedAt at)
    {
        ClassScores<float> scores = new(at.Network);
        PixelScaling scaling = at.Best.Scaling;
        ExplainSubject subject = new()
        {
            Scores = scores,
            X = at.X,
            Class = at.Class ?? scores.Decide(at.X)[0],
            ChosenLayer = at.Layer,
            Name = c => Format.Class(c, at.Best.ClassNames),
            Range = (scaling.WidestRange.Low, scaling.WidestRange.High),
            Scaling = scaling,
            Seed = 1,
        };
        return [.. method.Look(subject).Select(panel => (panel.Picture, panel.Caption))];
    }
}
