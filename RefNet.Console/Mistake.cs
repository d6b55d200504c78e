using System.CommandLine;
using System.CommandLine.Parsing;

namespace RefNet.Console;

/// <summary>Says what is wrong with a command line, what may have been meant, and where to read on.</summary>
internal static class Mistake
{
    /// <summary>The first mistake of a command line that has one.</summary>
    public static string Describe(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string help = $"See {string.Join(" ", Path(parsed))} --help.";
        if (parsed.UnmatchedTokens.Count == 0)
            return command.Subcommands.Count == 0
                ? $"{parsed.Errors[0].Message} {help}"
                : $"Expected a command: {string.Join(", ", command.Subcommands.Select(known => known.Name))}; found none. {help}";

        // One wrong name brings errors about what follows it, and about what it should have been: the name is what helps.
        string found = parsed.Tokens.FirstOrDefault(IsUnknownOption)?.Value ?? parsed.UnmatchedTokens[0];
        IEnumerable<string> names = command.Subcommands.Select(known => known.Name).Concat(command.Options.Select(known => known.Name));
        return $"'{found}' is not known here.{Meant(found, names)} {help}";
    }

    /// <summary>Asks whether the nearest of some names was meant; nothing where none is near.</summary>
    public static string Meant(string found, IEnumerable<string> names)
    {
        string? nearest = names.MinBy(name => Distance(found, name));
        return nearest is not null && Distance(found, nearest) <= 2 ? $" Did you mean {nearest}?" : "";
    }

    private static bool IsUnknownOption(Token token) => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal);

    private static IEnumerable<string> Path(ParseResult parsed)
    {
        IEnumerable<Command> commands = Upward(parsed.CommandResult).Select(result => result.Command);
        return commands.Where(command => command is not RootCommand).Select(command => command.Name).Append(Host.Invocation).Reverse();
    }

    private static IEnumerable<CommandResult> Upward(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
            yield return result;
    }

    // The fewest letters to insert, remove or replace (Levenshtein 1966).
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
