using System.CommandLine;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Interop;
using RefNet.Models;
using RefNet.Training;
using RefNet.Training.Diagnosis;

namespace RefNet.Console;

/// <summary>refnet doctor: finds out why a network does not learn, in a few hundred training steps.</summary>
internal sealed class DoctorCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly CancellationToken cancellation;
    private readonly Argument<string> model = Inputs.Model();
    private readonly TrainingOptions training = new();
    private readonly Option<string?> json = Inputs.Json();
    private readonly BackendOption backend = new();

    public DoctorCommand(Terminal terminal, Func<CudaProbe> findCuda, CancellationToken cancellation)
        : base("doctor", "Find out why a network does not learn, with the options of train: inputs, initial loss, gradients, dead and saturated units, steps. Exit code 1 if something is wrong.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        this.cancellation = cancellation;
        Add(model);
        training.AddTo(this);
        Add(json);
        backend.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        training.SetThreads(arguments);
        RunOptions options = training.Read(arguments, RunOptions.Of(Architectures.Find(arguments.GetRequiredValue(model))));
        options.Check();
        if (arguments.GetValue(json) is { } file)
            AtomicFile.CheckWritable(file);
        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        (options, Dataset set) = training.Locate(arguments, options, choice);
        using CtrlC stop = new(cancellation);
        NetworkDiagnosis found;
        try
        {
            found = NetworkDiagnosis.Run(options, set, choice.Backend, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return Host.Cancelled;
        }

        IReadOnlyList<DoctorFinding> findings = DoctorFindings.Of(found);
        terminal.WriteLine($"{options.Model} on training images of {set.Name}, {options.Optimizer}, learning rate {Format.Number(options.LearningRate)}");
        DoctorText.Write(terminal, found, findings, [.. training.GivenForWholeRuns(arguments)]);
        if (arguments.GetValue(json) is { } path)
            AtomicFile.Write(path, stream => DoctorJson.Write(stream, options.Model, found, findings));
        return findings.Any(finding => finding.Verdict == Verdict.Wrong) ? Host.Failed : Host.Done;
    }
}
