using System.CommandLine;
using RefNet.Gpu;
using RefNet.Lectures;
using RefNet.Training;
using RefNet.Verification.Cases;

namespace RefNet.Console;

/// <summary>Runs a command line and turns any outcome into an exit code and, after a failure, one line of text.</summary>
internal static class Host
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadInput = 2;
    public const int Cancelled = 130;

    /// <summary>The exit code of a command that continues after an error: a failure of the machine takes precedence over bad input.</summary>
    public static int CodeAfter(Exception error, int code) => error is InputException && code != Failed ? BadInput : Failed;

    /// <summary>The command that runs the program from the root of the checkout, without a subcommand.</summary>
    public const string Invocation = "dotnet run -c Release --project RefNet.Console --";

    public static int Run(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellation) =>
        Run(arguments, terminal, cancellation, () => EngineCases.All, CudaProbe.Run);

    /// <summary>Does the same with other cases for gradcheck, such as those of a wrong layer, and another CUDA.</summary>
    internal static int Run(
        IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellation, Func<IReadOnlyList<CaseSource>> findCases, Func<CudaProbe> findCuda)
    {
        RootCommand root = new("RefNet: convolutional networks from scratch.")
        {
            new TrainCommand(terminal, findCuda, cancellation),
            new SearchCommand(terminal, findCuda, cancellation),
            new AblateCommand(terminal, findCuda, cancellation),
            new EvaluateCommand(terminal, findCuda),
            new ProbeCommand(terminal, findCuda, cancellation),
            new PredictCommand(terminal, findCuda),
            new ExplainCommand(terminal, findCuda),
            new ReportCommand(terminal, findCuda),
            new CompareCommand(terminal, findCuda),
            new ServeCommand(terminal, findCuda, cancellation),
            new SummaryCommand(terminal),
            new RunCommand(terminal, findCuda),
            new GradcheckCommand(terminal, findCases, findCuda),
            new DoctorCommand(terminal, findCuda, cancellation),
            new DataCommand(terminal, cancellation),
            new AugmentCommand(terminal),
            new GpuCommand(terminal, findCuda),
            new LectureCommand(terminal, () => Replays.All),
        };
        root.HelpName = Invocation;
        // A leading @ is part of the name of an image.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (Mistake.Find(parsed) is { } mistake)
            return End(BadInput, mistake);

        try
        {
            int code = parsed.Invoke(terminal.Invocation);
            // The results of train are in its folder; the other commands only show theirs.
            return code == Done && terminal.HasLostText && parsed.CommandResult.Command is not TrainCommand ? Failed : code;
        }
        catch (InputException error)
        {
            return End(BadInput, error.Message);
        }
        catch (OutOfMemoryException error)
        {
            // .NET throws the same exception where the system starts no more threads.
            return End(Failed, $"{error.Message} There is too little memory, or the system allows no more threads (ulimit -v, ulimit -u): give train a smaller --batch-size or fewer --threads.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DivergenceException or CudaException)
        {
            return End(Failed, error.Message);
        }
        catch (Exception error)
        {
            return End(Failed, $"{error.GetType().Name}: {error.Message} This is a bug in RefNet: please report it with the command line.");
        }

        int End(int code, string message)
        {
            terminal.WriteError(message);
            return code;
        }
    }
}
