using System.Buffers;
using System.Globalization;
using System.Text;

namespace RefNet.Console;

/// <summary>
/// Makes text safe to show on a terminal. File names, class names, notes and options come from outside: an escape
/// sequence in one could clear the screen, and a bidirectional control character could reverse it.
/// </summary>
internal static class Printable
{
    /// <summary>The text with each unprintable character as \\uXXXX; line breaks and tabs stay.</summary>
    public static string Escape(ReadOnlySpan<char> text)
    {
        StringBuilder? escaped = null;
        int plain = 0; // the text before it has been copied
        for (int at = 0, length; at < text.Length; at += length)
        {
            bool isWhole = Rune.DecodeFromUtf16(text[at..], out Rune rune, out length) == OperationStatus.Done;
            if (isWhole && (IsBreak(text[at..]) || IsPrinted(rune)))
                continue;
            escaped ??= new StringBuilder();
            escaped.Append(text[plain..at]);
            foreach (char unit in text.Slice(at, length))
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
            plain = at + length;
        }

        return escaped?.Append(text[plain..]).ToString() ?? text.ToString();
    }

    /// <summary>The same in one line: line breaks and tabs become spaces, so that no text can look like a separate line.</summary>
    public static string Line(string text) => Escape(text.ReplaceLineEndings(" ").Replace('\t', ' '));

    // A carriage return alone would overwrite the beginning of the line.
    private static bool IsBreak(ReadOnlySpan<char> text) => text[0] is '\n' or '\t' || text.StartsWith("\r\n");

    // Format characters have no width: bidirectional controls, joiners, tags.
    private static bool IsPrinted(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
