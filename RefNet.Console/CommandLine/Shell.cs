namespace RefNet.Console;

/// <summary>Quotes words for command lines that a user pastes into a shell.</summary>
internal static class Shell
{
    private const string Harmless = "_-./:@%+=,";

    /// <summary>A text as one word of a POSIX shell, or of the Windows shells.</summary>
    public static string Quote(string text)
    {
        // A leading dash would be read as an option.
        string word = text.StartsWith('-') ? "./" + text : text;
        if (OperatingSystem.IsWindows())
            return word.All(IsHarmless) || word.All(letter => IsHarmless(letter) || letter == '\\') ? word : $"\"{word}\"";
        if (word.Length > 0 && word.All(IsHarmless))
            return word;
        // In these quotes bash and zsh read \uXXXX, so the command can be pasted although some characters cannot be shown.
        return Printable.Line(word) == word ? $"'{word.Replace("'", "'\\''")}'" : $"$'{Printable.Escape(word.Replace("\\", "\\\\").Replace("'", "\\'")).Replace("\n", "\\n").Replace("\t", "\\t")}'";
    }

    private static bool IsHarmless(char letter) => char.IsAsciiLetterOrDigit(letter) || Harmless.Contains(letter);
}
