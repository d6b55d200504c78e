using System.Text;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>
/// The window in which Spectre.Console draws. It fails in a window of no or almost no size, which some programs give to others
/// that they run: such a window counts as wide enough for a bar.
/// </summary>
/// <param name="writer">The writer for the drawings.</param>
/// <param name="width">The columns; null for those of this process's window.</param>
internal sealed class Window(TextWriter writer, int? width) : IAnsiConsoleOutput
{
    private const int UsualWidth = 80;
    private const int LeastWidth = 24;

    public TextWriter Writer => writer;

    public bool IsTerminal => true;

    public int Width => width ?? (WidthOfProcess() is > 0 and int found ? Math.Max(found, LeastWidth) : UsualWidth);

    // Only one bar is shown at a time, so it fits whatever the height.
    public int Height => 24;

    public void SetEncoding(Encoding encoding) => System.Console.OutputEncoding = encoding;

    private static int WidthOfProcess()
    {
        try
        {
            return System.Console.WindowWidth;
        }
        catch (Exception error) when (error is IOException or PlatformNotSupportedException)
        {
            return 0;
        }
    }
}
