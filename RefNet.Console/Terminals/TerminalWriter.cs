using System.Text;

namespace RefNet.Console;

/// <summary>
/// Passes all text to a file, a pipe or a terminal. It escapes unprintable characters; if the text cannot be written, because
/// the disk is full or the reader is gone, it drops the text and the command continues.
/// </summary>
/// <param name="inner">The writer that receives the text.</param>
/// <param name="escapes">Whether to escape; false where text is already escaped and mixed with the program's own escape sequences.</param>
internal sealed class TerminalWriter(TextWriter inner, bool escapes) : TextWriter
{
    /// <summary>Whether some text was lost.</summary>
    public bool HasFailed { get; private set; }

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write($"{value}{NewLine}");

    public override void Write(ReadOnlySpan<char> buffer)
    {
        string text = escapes ? Printable.Escape(buffer) : buffer.ToString();
        Try(() => inner.Write(text));
    }

    public override void Flush() => Try(inner.Flush);

    // For a closed file, .NET throws UnauthorizedAccessException.
    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            HasFailed = true;
        }
    }
}
