using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace RefNet.Console;

/// <summary>Says what is wrong with a command line, what was probably meant, and where to find help.</summary>
internal static class Mistake
{
    private const string Rest = "--"; // nothing after it is an option

    /// <summary>The most helpful error message for a command line; null if it is correct.</summary>
    public static string? Find(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string help = $"See {string.Join(" ", Path(parsed))} --help.";
        if (FindOptionInPlaceOfValue(parsed) is { } misplaced)
            return $"{misplaced} {help}";
        if (parsed.Errors.Count == 0)
            return null;
        if (parsed.UnmatchedTokens.Count > 0)
            return $"{Unknown(parsed, parsed.UnmatchedTokens[0])} {help}";
        return command.Subcommands.Count == 0
            ? $"{parsed.Errors[0].Message} {help}"
            : $"Expected a command: {string.Join(", ", command.Subcommands.Select(known => known.Name))}; found none. {help}";
    }

    /// <summary>Asks whether the nearest of some names was meant; empty if none is similar.</summary>
    public static string Meant(string found, IEnumerable<string> names)
    {
        string? nearest = Suggestion.Nearest(found, names);
        return nearest is null || nearest == found ? "" : $" Did you mean {nearest}?";
    }

    // An option in place of a value or an argument: it is misspelt, or the value is missing. The parser blames what follows, or nothing,
    // since a folder could have that name.
    private static string? FindOptionInPlaceOfValue(ParseResult parsed)
    {
        Token[] tokens = [.. parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)];
        if (parsed.Action is HelpAction)
            return null;
        for (int i = 0; i < tokens.Length; i++)
        {
            string found = tokens[i].Value;
            if (tokens[i].Type != TokenType.Argument || !found.StartsWith(Rest, StringComparison.Ordinal))
                continue;
            return OptionNames(parsed).Contains(found) && i > 0
                ? $"{tokens[i - 1].Value}: expected a value; found the option {found}."
                : Unknown(parsed, found);
        }

        return null;
    }

    private static string Unknown(ParseResult parsed, string found)
    {
        string[] names = [.. parsed.CommandResult.Command.Subcommands.Select(known => known.Name), .. OptionNames(parsed)];
        return names.Contains(found) && parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
            ? $"Expected '{found}' before '{Rest}'; found it after. Leave out the '{Rest}'."
            : $"'{found}' is not known here.{Meant(found, names)}";
    }

    private static IEnumerable<string> OptionNames(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Where(known => !known.Hidden).Select(known => known.Name);

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
