using System.Text;

namespace RefNet.Console;

/// <summary>
/// The way of all text to a file, a pipe or a terminal. It escapes what is not printed; and if the text cannot be written, because
/// the disk is full or the reader is gone, it goes on without it: showing decides over nothing else.
/// </summary>
/// <param name="inner">Where the text goes.</param>
/// <param name="escapes">Whether to escape; not where text has been escaped, and stands between escape sequences of the program itself.</param>
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

    // A file that is closed is no access for .NET.
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
