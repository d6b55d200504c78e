using System.CommandLine;
using RefNet.Gpu;
using RefNet.Lectures;
using RefNet.Training;
using RefNet.Verification.Cases;

namespace RefNet.Console;

/// <summary>Runs a command line; turns whatever happens into an exit code and, if something went wrong, one line of text.</summary>
internal static class Host
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadInput = 2;
    public const int Cancelled = 130;

    /// <summary>The exit code of a command that goes on after an error: a failure of the machine takes precedence over bad input.</summary>
    public static int CodeAfter(Exception error, int code) => error is InputException && code != Failed ? BadInput : Failed;

    /// <summary>How the program is run from the folder of the project, without the name of the command.</summary>
    public const string Invocation = "dotnet run -c Release --project RefNet.Console --";

    public static int Run(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellation) =>
        Run(arguments, terminal, cancellation, EngineCases.All, CudaProbe.Run);

    /// <summary>Does the same with other cases for gradcheck, such as those of a wrong layer, and another CUDA.</summary>
    internal static int Run(
        IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellation, IReadOnlyList<CaseSource> cases, Func<CudaProbe> findCuda)
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
            new GradcheckCommand(terminal, cases, findCuda),
            new DoctorCommand(terminal, findCuda, cancellation),
            new DataCommand(terminal, cancellation),
            new AugmentCommand(terminal),
            new GpuCommand(terminal, findCuda),
            new LectureCommand(terminal, Replays.All),
        };
        root.HelpName = Invocation;
        // An @ before an image is part of its name.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (Mistake.Find(parsed) is { } mistake)
            return End(BadInput, mistake);

        try
        {
            int code = parsed.Invoke(terminal.Invocation);
            // What train gives is in its folder; the others only show.
            return code == Done && terminal.HasLostText && parsed.CommandResult.Command is not TrainCommand ? Failed : code;
        }
        catch (InputException error)
        {
            return End(BadInput, error.Message);
        }
        catch (OutOfMemoryException error)
        {
            // .NET says the same where the system starts no more threads.
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
