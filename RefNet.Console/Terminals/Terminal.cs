using System.CommandLine;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>
/// Where a command writes its results and errors. A live terminal shows colours and progress bars. Text cannot control the
/// terminal (<see cref="Printable"/>), and text that cannot be written ends no command (<see cref="TerminalWriter"/>).
/// </summary>
internal sealed class Terminal
{
    // Plain lines never wrap: there is no window.
    private const int WidestPlainTable = 1000;

    private const int BarWidth = 12;
    private const string ShowCursor = "\u001b[?25h";

    private readonly TerminalWriter output;
    private readonly TerminalWriter error;
    private readonly TerminalWriter lines;
    private readonly IAnsiConsole console;

    /// <summary>Creates a terminal over two writers.</summary>
    /// <param name="output">The writer for results.</param>
    /// <param name="error">The writer for errors.</param>
    /// <param name="isLive">Whether lines can be overwritten.</param>
    /// <param name="whenLive">Whether a live terminal supports escape sequences; detecting this also enables them under Windows.</param>
    /// <param name="width">The columns of a live terminal; null for those of this process.</param>
    public Terminal(TextWriter output, TextWriter error, bool isLive, AnsiSupport whenLive = AnsiSupport.Yes, int? width = null)
    {
        this.output = output as TerminalWriter ?? new TerminalWriter(output, escapes: false);
        this.error = error as TerminalWriter ?? new TerminalWriter(error, escapes: true);
        IsLive = isLive;
        lines = new TerminalWriter(this.output, escapes: !isLive);
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isLive ? whenLive : AnsiSupport.No,
            ColorSystem = isLive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isLive ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new Window(lines, isLive ? width : WidestPlainTable),
        });
        if (isLive)
            console.Pipeline.Attach(new PrintableSegments());
    }

    /// <summary>The writer for errors.</summary>
    public TextWriter Error => error;

    /// <summary>Whether lines can be overwritten.</summary>
    public bool IsLive { get; }

    /// <summary>The columns of a line; very many for plain lines.</summary>
    public int Width => console.Profile.Width;

    /// <summary>The columns that a bar leaves for the text after it.</summary>
    public int WidthBesideBar => Width - BarWidth - 2;

    /// <summary>Whether results or errors could not be written and were lost.</summary>
    public bool HasLostText => output.HasFailed || error.HasFailed;

    /// <summary>The terminal of this process; plain lines if its output is a file or a pipe.</summary>
    public static Terminal OfProcess() => new(
        System.Console.Out, System.Console.Error,
        isLive: !System.Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb",
        AnsiSupport.Detect);

    /// <summary>The same terminal with plain lines only.</summary>
    public Terminal Plain() => new(output, error, isLive: false);

    /// <summary>The output configuration of System.CommandLine, for texts such as its help.</summary>
    public InvocationConfiguration Invocation => new() { EnableDefaultExceptionHandler = false, Output = Plain().lines, Error = error };

    /// <summary>Writes one line: a name in it cannot begin a new line, which might look like a result.</summary>
    public void WriteLine(string line = "") => WriteText(Printable.Line(line));

    /// <summary>Writes a text of several lines, composed by the program itself.</summary>
    public void WriteText(string text)
    {
        // Text written while bars are shown appears above them.
        if (IsLive)
            console.WriteLine(text);
        else
            lines.WriteLine(text);
    }

    /// <summary>Writes an error, in one line.</summary>
    public void WriteError(string message) => error.WriteLine($"error: {Printable.Line(message)}");

    /// <summary>Writes a table.</summary>
    public void Write(Table table) => console.Write(table);

    /// <summary>
    /// Runs a function that shows progress bars; lines written meanwhile appear above them. It draws its bars itself, with Refresh: a
    /// failure in a thread that draws by a timer would end the process.
    /// </summary>
    public T ShowBars<T>(Func<ProgressContext, T> run)
    {
        using CursorKeeper cursor = new(() => output.Write(ShowCursor));
        return console.Progress()
            .AutoRefresh(false)
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(new ProgressBarColumn { Width = BarWidth }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(run);
    }

    /// <summary>A table with right-aligned numbers, narrow enough for ten classes in 80 columns.</summary>
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

    /// <summary>Adds a row of texts, each on one line.</summary>
    public static void AddRow(Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(cell => new Text(Printable.Line(cell))));
}
