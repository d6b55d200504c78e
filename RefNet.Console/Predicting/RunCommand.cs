using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using RefNet.Blocks;
using RefNet.Gpu;
using RefNet.Interop;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>
/// refnet run: a forward pass of a model in evaluation mode, on an array from a file, with weights from a file; or a speed trial; or
/// the gradients of a training step, to compare with another program's.
/// </summary>
internal sealed class RunCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string> model = Inputs.Model();
    private readonly Option<string?> weights = Inputs.Text("--weights", "FILE", "Weights as safetensors or npz, by the paths of the model or torchvision's names. [default: initial weights of seed 1]");
    private readonly Option<string?> input = Inputs.Text("--input", "FILE[:NAME]", "An array samples x channels x rows x columns: npy, or a tensor in npz or safetensors. [default: a random sample]");
    private readonly Option<string?> output = Inputs.FileToWrite("--output", "Write the output of the model to this file, as npy.");
    private readonly Option<string?> labels = Inputs.Text("--labels", "FILE[:NAME]", "The class of each sample, from 0: for --gradients.");
    private readonly Option<string?> gradients = Inputs.FileToWrite("--gradients", "Write the gradient of each parameter in a training step without dropout to this file, as npz by path.");
    private readonly Option<bool> inDouble = new("--double") { Description = "Compute in double precision. [default: single]" };
    private readonly Option<int?> classes = Inputs.Whole("--classes", "The number of classes. [default: the paper's]", least: 1);
    private readonly BackendOption backend = new();

    public RunCommand(Terminal terminal, Func<CudaProbe> findCuda) : base("run", "Run the forward pass of a model on an array, with weights from a file.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        Add(model);
        foreach (Option option in new Option[] { weights, input, output, labels, gradients, classes, inDouble })
            Add(option);
        Validators.Add(result =>
        {
            if (result.GetResult(labels) is null != result.GetResult(gradients) is null)
                result.AddError("--labels and --gradients: expected both or neither.");
        });
        backend.AddTo(this);
        SetAction(arguments => arguments.GetValue(inDouble) ? Run<double>(arguments) : Run<float>(arguments));
    }

    private int Run<T>(ParseResult arguments) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Architecture architecture = Architectures.Find(arguments.GetRequiredValue(model));
        foreach (string? target in new[] { arguments.GetValue(output), arguments.GetValue(gradients) })
        {
            if (target is not null)
                AtomicFile.CheckWritable(target);
        }

        Tensor<T>? given = arguments.GetValue(input) is { } source ? ReadInput<T>(source) : null;
        Tensor<T>? classOf = arguments.GetValue(labels) is { } labelSource ? ReadArray<T>(labelSource) : null;
        architecture = architecture with { Classes = arguments.GetValue(classes) ?? architecture.Classes, Input = given?.Shape.Sample ?? architecture.Input };
        Network<T> network = architecture.Create<T>(seed: 1);
        Tensor<T> x = given ?? Random<T>(network.InputShape.Batch(1));
        if (arguments.GetValue(weights) is { } path)
            Load(network, path);

        using BackendChoice<T> choice = backend.Take<T>(arguments, findCuda, terminal);
        network.To(choice.Backend);
        if (classOf is not null)
        {
            WriteGradients(architecture, network, x, classOf, arguments.GetRequiredValue(gradients)!);
            choice.WriteAccount(terminal);
            return Host.Done;
        }

        long start = Stopwatch.GetTimestamp();
        Tensor<T> y = network.Predict(x);
        ReadOnlySpan<T> numbers = y.Values; // copied from the card if the network is there
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);

        terminal.WriteLine($"{architecture.Name}: {x.Shape} -> {y.Shape} in {elapsed.TotalSeconds:0.000} s{(given is null ? ", a random sample" : "")}{(arguments.GetValue(weights) is null ? ", initial weights of seed 1" : "")}");
        using Process process = Process.GetCurrentProcess();
        terminal.WriteLine($"peak memory {Format.Count(process.PeakWorkingSet64 >> 20)} MiB");
        choice.WriteAccount(terminal);
        if (arguments.GetValue(output) is { } written)
            NumPy.WriteNpy(written, new Tensor<T>(y.Shape, numbers));
        return Host.Done;
    }

    private void Load<T>(Network<T> network, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IReadOnlyList<string> unused = NetworkWeights.Load(network, TensorFile.Read(path));
        if (unused.Count > 0)
            terminal.WriteLine($"unused in {path}: {string.Join(", ", unused.Take(8))}{(unused.Count > 8 ? $" and {unused.Count - 8} more" : "")}");
    }

    // Without dropout, whose masks differ between programs, gradients can be compared.
    private void WriteGradients<T>(Architecture architecture, Network<T> network, Tensor<T> x, Tensor<T> classOf, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((string at, Layer<T> layer) in network.Walk().ToList())
        {
            if (layer is Dropout<T>)
                network.Replace(at, new Identity<T>());
        }

        int[] labelOf = [.. classOf.Values.ToArray().Select(label => WholeNumber(double.CreateChecked(label)))];
        Targets<T> target = new(labelOf, network.OutputShape(x.Shape.Sample).Batch(x.Shape[0]));
        Objective<T> objective = new(network, architecture.CreateClassificationLoss<T>);
        (T loss, int? errors) = objective.ComputeGradients(x, target);
        NumPy.WriteNpz(path, NetworkWeights.Gradients(network));
        terminal.WriteLine($"{architecture.Name}: {x.Shape}, loss {Format.Number(double.CreateChecked(loss))}, {errors} wrong; the gradients of {network.Parameters.Count} parameters are in {path}");
    }

    private static int WholeNumber(double label) => label >= 0 && label < 1 << 24 && label == (int)label
        ? (int)label
        : throw new InputException($"--labels: expected whole numbers of 0 or more, a class for each sample; found {label.ToString(CultureInfo.InvariantCulture)}.");

    internal static Tensor<T> ReadInput<T>(string source) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> x = ReadArray<T>(source);
        return x.Shape.Rank > 1 ? x : throw new InputException($"{source}: expected an array of samples, such as samples x channels x rows x columns; found the shape {x.Shape}.");
    }

    // FILE, or FILE:NAME where the file holds several arrays.
    private static Tensor<T> ReadArray<T>(string source) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int colon = source.LastIndexOf(':');
        (string path, string? name) = colon > 0 && !File.Exists(source) ? (source[..colon], source[(colon + 1)..]) : (source, null);
        TensorFile file = TensorFile.Read(path);
        if (name is null && file.Names.Count != 1)
            throw new InputException($"{path}: expected FILE:NAME, since the file holds {file.Names.Count} arrays: {string.Join(", ", file.Names.Take(20))}.");
        return file.Tensor<T>(name ?? file.Names[0]);
    }

    private static Tensor<T> Random<T>(Shape shape) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = Seeds.Create(1);
        Tensor<T> x = new(shape);
        foreach (ref T value in x.Span)
            value = T.CreateChecked(2 * random.NextDouble() - 1);
        return x;
    }
}
