using System.CommandLine;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Interop;
using RefNet.Interpretation;
using RefNet.Models;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>refnet explain: pictures of what a network sees in images, and of what it has learnt.</summary>
internal sealed class ExplainCommand : Command
{
    private const string Every = "all";

    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string> run = new("RUN|MODEL") { Description = "The folder of a training run; or, with --weights, a model." };
    private readonly Argument<string[]> images = new("IMAGE")
    {
        Description = "Pictures, PNG, JPEG or PGM, of any size; or arrays samples x channels x rows x columns, FILE[:NAME] in npy, npz or safetensors.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> method = Inputs.Text("--method", "NAME,...", $"What to draw: {string.Join(", ", ExplainMethods.All.Select(known => known.Name))}, or {Every}. [default: {Every}]");
    private readonly Option<string?> layer = Inputs.Text("--layer", "PATH", "The layer whose maps are examined, such as C3. [default: the last one with maps]");
    private readonly Option<int?> explained = Inputs.Whole("--class", "The class to explain, from 0. [default: the predicted one]", least: 0);
    private readonly Option<string?> output = Inputs.Text("--out", "DIR", "The folder for the pictures and index.html. [default: explain]");
    private readonly Option<string?> weights = Inputs.Text("--weights", "FILE", "Weights of a model as safetensors or npz, by its paths or torchvision's names.");
    private readonly Option<bool> bgr = new("--bgr") { Description = "The channels are blue, green, red, as in Caffe." };
    private readonly Option<int?> seed = Inputs.Whole("--seed", "Seed for all random numbers. [default: 1]", least: int.MinValue);
    private readonly BackendOption backend = new();

    public ExplainCommand(Terminal terminal, Func<CudaProbe> findCuda) : base("explain", "Show what a network sees: heat maps, filters, patches, adversarial and fooling images.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        Add(run);
        Add(images);
        foreach (Option option in new Option[] { method, layer, explained, output, weights, bgr, seed })
            Add(option);
        backend.AddTo(this);
        SetAction(Run);
    }

    private sealed record Loaded(Architecture Architecture, Network<float> Network, Func<int, string> Name, PixelScaling Scaling, Lazy<(ImageSet Images, PixelScaling Scaling)?> Training);

    private int Run(ParseResult arguments)
    {
        ExplainMethod[] methods = MethodsOf(arguments.GetValue(method) ?? Every);
        bool isEvery = methods.Length == ExplainMethods.All.Count;
        string folder = arguments.GetValue(output) ?? "explain";
        if (File.Exists(folder))
            throw new InputException($"{output.Name}: expected a folder, or a new name for one; found the file '{folder}'.");
        string[] paths = arguments.GetRequiredValue(images);
        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        Loaded loaded = arguments.GetValue(weights) is { } file ? OfFile(arguments.GetRequiredValue(run), file, paths) : OfRun(arguments.GetRequiredValue(run));
        loaded.Network.To(choice.Backend);
        ClassScores<float> scores = new(loaded.Network);
        string? chosen = arguments.GetValue(layer);
        if (chosen is not null)
            MapLayers.Find(loaded.Network, chosen);
        if (arguments.GetValue(explained) is { } wanted && wanted >= scores.Classes)
            throw new InputException($"{explained.Name}: expected a class from 0 to {scores.Classes - 1}; found {wanted}.");

        bool isRun = arguments.GetValue(weights) is null;
        (string Title, Tensor<float> X, PixelScaling? Scaling)[] seen =
            [.. from path in paths from read in Read(path, loaded.Architecture, loaded.Scaling) select (read.Title, read.X, isRun || !IsArray(path) ? loaded.Scaling : null)];
        Directory.CreateDirectory(folder);
        ExplainPage page = new($"What {loaded.Architecture.Name} sees");
        ExplainSubject? first = null;
        foreach ((int n, (string title, Tensor<float> x, PixelScaling? scaling)) in seen.Index())
        {
            ExplainSubject subject = new()
            {
                Scores = scores,
                X = x,
                Class = arguments.GetValue(explained) ?? scores.Decide(x)[0],
                ChosenLayer = chosen,
                Name = loaded.Name,
                Range = RangeOf(scaling, x),
                Scaling = scaling,
                Seed = arguments.GetValue(seed) ?? 1,
                IsBgr = arguments.GetValue(bgr),
                Training = loaded.Training,
            };
            first ??= subject;
            string about = $"Prediction: {subject.Says(x)}. Explained: {loaded.Name(subject.Class)}.";
            terminal.WriteLine($"{title}: {about}");
            page.Begin(title, about, new Panel(ExplainSubject.Enlarged(subject.Draw(x)), "The image as the network sees it"));
            Look(page, folder, methods.Where(known => !known.IsOfNetwork), subject, $"{n + 1}-", isEvery);
        }

        if (methods.Any(known => known.IsOfNetwork) && first is not null)
        {
            page.Begin("The network itself", "These pictures do not depend on the images above.", picture: null);
            Look(page, folder, methods.Where(known => known.IsOfNetwork), first, "network-", isEvery);
        }

        string index = Path.Combine(folder, "index.html");
        AtomicFile.WriteText(index, page.ToHtml());
        terminal.WriteLine($"{index}: everything on one page; the pictures are in the same folder");
        choice.WriteAccount(terminal);
        return Host.Done;
    }

    // With --method all, methods that do not apply to this network are left out, and the page says why.
    private void Look(ExplainPage page, string folder, IEnumerable<ExplainMethod> methods, ExplainSubject subject, string prefix, bool skips)
    {
        foreach (ExplainMethod known in methods)
        {
            try
            {
                IReadOnlyList<Panel> panels = known.Look(subject);
                foreach ((int n, Panel panel) in panels.Index())
                    AtomicFile.Write(Path.Combine(folder, $"{prefix}{known.Name}{(panels.Count > 1 ? $"-{n + 1}" : "")}.png"), stream => PngWriter.Write(stream, panel.Picture));
                page.Add(known, panels, problem: null);
            }
            catch (InputException error) when (skips)
            {
                page.Add(known, [], error.Message);
                terminal.WriteLine($"  without {known.Name}: {error.Message}");
            }
        }
    }

    private ExplainMethod[] MethodsOf(string names)
    {
        if (names == Every)
            return [.. ExplainMethods.All];
        string[] known = [.. ExplainMethods.All.Select(of => of.Name)];
        return [.. names.Split(',', StringSplitOptions.TrimEntries).Distinct().Select(name => ExplainMethods.All.FirstOrDefault(of => of.Name == name)
            ?? throw new InputException($"{method.Name}: expected {string.Join(", ", known)}, or {Every}; found '{name}'.{Mistake.Meant(name, known)}"))];
    }

    private static Loaded OfRun(string path)
    {
        RunFolder folder = RunFolder.Open(path);
        RunOptions options = folder.ReadOptions();
        BestNetwork best = BestNetwork.Load(options, folder);
        return new Loaded(best.Architecture, best.PixelNetwork, c => Format.Class(c, best.ClassNames), best.Scaling, new(() => TrainingOf(options, best.Scaling)));
    }

    private static Loaded OfFile(string model, string file, string[] images)
    {
        Architecture architecture = Architectures.Find(model);
        if (IsArray(images[0]))
            architecture = architecture with { Input = RunCommand.ReadInput<float>(images[0]).Shape.Sample };
        Network<float> network = architecture.Create<float>(seed: 1);
        NetworkWeights.Load(network, TensorFile.Read(file));
        return new Loaded(architecture, network, c => $"{c}", architecture.Scaling(), new(() => null));
    }

    // The images of the run without the held-out ones; null where they are missing or have changed.
    private static (ImageSet Images, PixelScaling Scaling)? TrainingOf(RunOptions options, PixelScaling scaling)
    {
        try
        {
            Dataset data = Dataset.Load(DataFolders.Find(options.Data).Folder);
            return data.Sha256 == options.DataSha256 ? (options.Split(data.Training).Training, scaling) : null;
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Title, Tensor<float> X)> Read(string path, Architecture architecture, PixelScaling scaling)
    {
        if (IsArray(path))
        {
            Tensor<float> samples = RunCommand.ReadInput<float>(path);
            if (!samples.Shape.Sample.Equals(architecture.Input))
                throw new InputException($"{path}: expected samples of {architecture.Input}; found {samples.Shape.Sample}.");
            for (int n = 0; n < samples.Shape[0]; n++)
                yield return ($"{path}, sample {n + 1}", new Tensor<float>(samples.Shape.Sample.Batch(1), samples.Sample(n)));
            yield break;
        }

        IReadOnlyList<PictureInput> seen = PictureInput.Read(architecture, scaling, ImageFile.ReadPicture(path));
        foreach ((int n, PictureInput input) in seen.Index())
            yield return (seen.Count > 1 ? $"{path}, digit {n + 1}" : path, input.X);
    }

    private static bool IsArray(string path) =>
        !Path.Exists(path) && path.LastIndexOf(':') > 0 || Path.GetExtension(path) is ".npy" or ".npz" or ".safetensors";

    // The range of a pixel; for an array of unknown origin, the range of its values.
    private static (double Low, double High) RangeOf(PixelScaling? scaling, Tensor<float> x) =>
        scaling is null ? (x.Values.ToArray().Min(), x.Values.ToArray().Max()) : (scaling.WidestRange.Low, scaling.WidestRange.High);
}
