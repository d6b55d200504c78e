using Spectre.Console;

namespace RefNet.Console;

/// <summary>Where a command writes its results and errors. A live terminal shows colours and progress bars.</summary>
internal sealed class Terminal
{
    private readonly TextWriter output;

    /// <summary>Makes a terminal over two writers.</summary>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where errors go.</param>
    /// <param name="isLive">Whether lines can be overwritten.</param>
    /// <param name="whenLive">Whether a live terminal knows escape sequences; detecting them also switches them on under Windows.</param>
    public Terminal(TextWriter output, TextWriter error, bool isLive, AnsiSupport whenLive = AnsiSupport.Yes)
    {
        this.output = output;
        Error = error;
        IsLive = isLive;
        Output = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isLive ? whenLive : AnsiSupport.No,
            ColorSystem = isLive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isLive ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        // Plain lines are never wrapped: there is no window.
        if (!isLive)
            Output.Profile.Width = 1000;
    }

    /// <summary>Where results go.</summary>
    public IAnsiConsole Output { get; }

    /// <summary>Where errors go.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether lines can be overwritten.</summary>
    public bool IsLive { get; }

    /// <summary>The terminal of this process; plain lines if its output goes to a file or a pipe.</summary>
    public static Terminal OfProcess() => new(
        System.Console.Out, System.Console.Error,
        isLive: !System.Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb",
        AnsiSupport.Detect);

    /// <summary>The same terminal with plain lines only.</summary>
    public Terminal Plain() => new(output, Error, isLive: false);

    /// <summary>Writes a line as it stands.</summary>
    public void WriteLine(string line = "") => Output.WriteLine(line);

    /// <summary>Runs something that shows progress bars; lines written meanwhile stand above them.</summary>
    public T ShowBars<T>(Func<ProgressContext, T> run) =>
        Output.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(new ProgressBarColumn { Width = 12 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(run);

    /// <summary>A table with numbers on the right, narrow enough for ten classes in 80 columns.</summary>
    public static Table Table(params ReadOnlySpan<string> headers)
    {
        Table table = new() { Border = TableBorder.None };
        for (int i = 0; i < headers.Length; i++)
        {
            Text header = new(headers[i], new Style(decoration: Decoration.Bold));
            table.AddColumn(new TableColumn(header) { Alignment = i == 0 ? Justify.Left : Justify.Right, NoWrap = true });
        }

        return table;
    }

    /// <summary>Adds a row of texts as they stand.</summary>
    public static void AddRow(Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(cell => new Text(cell)));
}
