using System.CommandLine;
using System.Diagnostics;
using RefNet.Blocks;
using RefNet.Gpu;
using RefNet.Interop;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Console;

/// <summary>refnet run: a forward pass of a model in evaluation mode, on an array from a file, with weights from a file; or a trial of its speed.</summary>
internal sealed class RunCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string> model = Inputs.Model();
    private readonly Option<string?> weights = Inputs.Text("--weights", "FILE", "Weights as safetensors or npz, by the paths of the model or torchvision's names. [default: first weights of seed 1]");
    private readonly Option<string?> input = Inputs.Text("--input", "FILE[:NAME]", "An array samples x channels x rows x columns: npy, or a tensor in npz or safetensors. [default: a random sample]");
    private readonly Option<string?> output = Inputs.FileToWrite("--output", "Where to write what the model gives, as npy.");
    private readonly Option<int?> classes = Inputs.Whole("--classes", "The number of classes. [default: the paper's]", least: 1);
    private readonly BackendOption backend = new();

    public RunCommand(Terminal terminal, Func<CudaProbe> findCuda) : base("run", "Run a model forward on an array, with weights from a file.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        Add(model);
        foreach (Option option in new Option[] { weights, input, output, classes })
            Add(option);
        backend.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        Architecture architecture = Architectures.Find(arguments.GetRequiredValue(model));
        if (arguments.GetValue(output) is { } checkedPath)
            AtomicFile.CheckWritable(checkedPath);
        Tensor<float>? given = arguments.GetValue(input) is { } source ? ReadInput(source) : null;
        architecture = architecture with { Classes = arguments.GetValue(classes) ?? architecture.Classes, Input = given?.Shape.Sample ?? architecture.Input };
        Network<float> network = architecture.Create<float>(seed: 1);
        Tensor<float> x = given ?? Random(network.InputShape.Batch(1));
        if (arguments.GetValue(weights) is { } path)
            Load(network, path);

        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        network.To(choice.Backend);
        long start = Stopwatch.GetTimestamp();
        Tensor<float> y = network.Predict(x);
        ReadOnlySpan<float> numbers = y.Values; // from the card, where it computed there
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);

        terminal.WriteLine($"{architecture.Name}: {x.Shape} -> {y.Shape} in {elapsed.TotalSeconds:0.000} s{(given is null ? ", a random sample" : "")}{(arguments.GetValue(weights) is null ? ", first weights of seed 1" : "")}");
        using Process process = Process.GetCurrentProcess();
        terminal.WriteLine($"peak memory {Format.Count(process.PeakWorkingSet64 >> 20)} MiB");
        choice.WriteAccount(terminal);
        if (arguments.GetValue(output) is { } target)
            NumPy.WriteNpy(target, new Tensor<float>(y.Shape, numbers));
        return Host.Done;
    }

    private void Load(Network<float> network, string path)
    {
        IReadOnlyList<string> unused = NetworkWeights.Load(network, TensorFile.Read(path));
        if (unused.Count > 0)
            terminal.WriteLine($"not used of {path}: {string.Join(", ", unused.Take(8))}{(unused.Count > 8 ? $" and {unused.Count - 8} more" : "")}");
    }

    // FILE, or FILE:NAME where the file holds several arrays.
    private static Tensor<float> ReadInput(string source)
    {
        int colon = source.LastIndexOf(':');
        (string path, string? name) = colon > 0 && !File.Exists(source) ? (source[..colon], source[(colon + 1)..]) : (source, null);
        TensorFile file = TensorFile.Read(path);
        if (name is null && file.Names.Count != 1)
            throw new InputException($"{path}: expected FILE:NAME, since the file holds {file.Names.Count} arrays: {string.Join(", ", file.Names.Take(20))}.");
        Tensor<float> x = file.Tensor<float>(name ?? file.Names[0]);
        return x.Shape.Rank > 1 ? x : throw new InputException($"{path}: expected an array of samples, such as samples x channels x rows x columns; found the shape {x.Shape}.");
    }

    private static Tensor<float> Random(Shape shape)
    {
        Random random = Seeds.Create(1);
        Tensor<float> x = new(shape);
        foreach (ref float value in x.Span)
            value = (float)(2 * random.NextDouble() - 1);
        return x;
    }
}
