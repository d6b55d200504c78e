using System.Text;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>
/// The window in which Spectre.Console draws. Windows that have no size, as those of some programs that run others, or next to none,
/// make it fail: they count as wide enough for a bar.
/// </summary>
/// <param name="writer">Where it draws.</param>
/// <param name="width">The columns; null for those of the window of this process.</param>
internal sealed class Window(TextWriter writer, int? width) : IAnsiConsoleOutput
{
    private const int UsualWidth = 80;
    private const int LeastWidth = 24;

    public TextWriter Writer => writer;

    public bool IsTerminal => true;

    public int Width => width ?? (WidthOfProcess() is > 0 and int found ? Math.Max(found, LeastWidth) : UsualWidth);

    // One bar is shown at a time: whatever the height, it fits.
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
