using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using RefNet.Gpu;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>--backend, --tf32, --cudnn and --cuda-graph, for the commands that compute. <see cref="AddTo"/> adds them; <see cref="Take"/> creates the backend.</summary>
internal sealed class BackendOption
{
    private const string Auto = "auto";

    // The former name of --backend, and of its simd.
    private const string OldName = "--device";
    private const string Processor = "cpu";

    private readonly Option<string?> backend = OneOf("--backend", [.. BackendNames.All, Auto],
        "The backend: plain loops (reference), fast managed code (simd), the same with Math.NET's matrix products (mathnet), an NVIDIA card (cuda), or cuda where it can be used and simd elsewhere (auto). [default: simd]");

    private readonly Option<string?> device = OneOf(OldName, [Processor, BackendNames.Cuda, Auto], "The old name of --backend.");

    private readonly Option<bool> tf32 = new("--tf32")
    {
        Description = "Let the card round the operands of products to TF32, 10 bits of mantissa instead of 23: faster and less exact. Only with --backend cuda or auto.",
    };

    private readonly Option<bool> cudnn = new("--cudnn")
    {
        Description = "Let cuDNN, where it is installed, compute those convolutions on the card for which it is faster. Only with --backend cuda or auto.",
    };

    private readonly Option<bool> graph = new("--cuda-graph")
    {
        Description = "Launch the work of a step that repeats as one CUDA graph; the results are the same. Only with --backend cuda or auto.",
    };

    /// <summary>The options that determine the bits of the results, for a command that forbids some of its options.</summary>
    public IReadOnlyList<Option> All => [backend, device, tf32, cudnn];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        device.Hidden = true;
        foreach (Option option in All)
            command.Add(option);
        command.Add(graph);
        command.Validators.Add(CheckTogether);
    }

    /// <summary>Creates the backend that the command line asks for.</summary>
    /// <exception cref="InputException">cuda is asked for and cannot be used.</exception>
    public BackendChoice<T> Take<T>(ParseResult arguments, Func<CudaProbe> findCuda, Terminal shown) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Open<T>(arguments, Wanted(arguments.CommandResult), arguments.GetValue(tf32), arguments.GetValue(cudnn), findCuda, shown);

    /// <summary>Creates the backend of a run that is resumed.</summary>
    /// <exception cref="InputException">It is cuda, which cannot be used.</exception>
    public BackendChoice<T> Resume<T>(ParseResult arguments, RunOptions run, Func<CudaProbe> findCuda, Terminal shown) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Open<T>(arguments, run.Backend, run.Tf32, run.Cudnn, findCuda, shown);

    private BackendChoice<T> Open<T>(ParseResult arguments, string? wanted, bool allowTf32, bool useCudnn, Func<CudaProbe> findCuda, Terminal shown)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckHasCard(graph, arguments.GetValue(graph), wanted, problem => throw new InputException(problem));
        return BackendChoice<T>.Take(wanted, new CudaOptions { AllowTf32 = allowTf32, UseCudnn = useCudnn, UseGraphs = arguments.GetValue(graph) }, findCuda, shown);
    }

    private string? Wanted(CommandResult result) =>
        result.GetValue(backend) ?? (result.GetValue(device) is Processor ? BackendNames.Simd : result.GetValue(device));

    private void CheckTogether(CommandResult result)
    {
        if (result.GetResult(backend) is not null && result.GetResult(device) is not null)
            result.AddError($"{OldName} is the old name of {backend.Name}: give one of them.");
        foreach (Option<bool> ofCard in new[] { tf32, cudnn })
            CheckHasCard(ofCard, result.GetValue(ofCard), Wanted(result), result.AddError);
    }

    private void CheckHasCard(Option<bool> ofCard, bool isGiven, string? wanted, Action<string> report)
    {
        if (isGiven && wanted is not (BackendNames.Cuda or Auto))
            report($"{ofCard.Name}: expected {backend.Name} cuda or {backend.Name} auto with it; found {backend.Name} {wanted ?? $"{BackendNames.Simd}, the default"}.");
    }

    private static Option<string?> OneOf(string name, string[] values, string description)
    {
        Option<string?> option = Inputs.Text(name, string.Join("|", values), description);
        option.Validators.Add(result =>
        {
            string found = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
            if (!values.Contains(found))
                result.AddError($"{name}: expected {string.Join(", ", values[..^1])} or {values[^1]}; found '{found}'.");
        });
        return option;
    }
}
