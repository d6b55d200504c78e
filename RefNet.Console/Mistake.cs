using System.CommandLine;
using System.CommandLine.Parsing;

namespace RefNet.Console;

/// <summary>Says what is wrong with a command line, what was probably meant, and where the help is.</summary>
internal static class Mistake
{
    /// <summary>The first mistake in a wrong command line.</summary>
    public static string Describe(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string help = $"See {string.Join(" ", Path(parsed))} --help.";
        if (parsed.UnmatchedTokens.Count == 0)
            return command.Subcommands.Count == 0
                ? $"{parsed.Errors[0].Message} {help}"
                : $"Expected a command: {string.Join(", ", command.Subcommands.Select(known => known.Name))}; found none. {help}";

        // One wrong name causes errors about what follows it and about what is missing: only the name helps.
        string found = parsed.Tokens.FirstOrDefault(IsUnknownOption)?.Value ?? parsed.UnmatchedTokens[0];
        IEnumerable<string> names = command.Subcommands.Select(known => known.Name).Concat(command.Options.Where(known => !known.Hidden).Select(known => known.Name));
        return $"'{found}' is not known here.{Meant(found, names)} {help}";
    }

    /// <summary>Asks whether the nearest of some names was meant; empty if none is near.</summary>
    public static string Meant(string found, IEnumerable<string> names)
    {
        string? nearest = Suggestion.Nearest(found, names);
        return nearest is null ? "" : $" Did you mean {nearest}?";
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
}
