using System.CommandLine;
using System.Globalization;

namespace RefNet.Console;

/// <summary>Options and arguments that several commands have, with errors that say what was expected.</summary>
internal static class Inputs
{
    /// <summary>An option that takes a whole number.</summary>
    public static Option<int?> Whole(string name, string description, int least) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least)
                return value;
            result.AddError($"{name}: expected a whole number{(least == int.MinValue ? "" : $" of {least} or more")}; found '{text}'.");
            return null;
        },
    };

    /// <summary>An option that takes a number above 0.</summary>
    public static Option<double?> Positive(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value))
                return value;
            result.AddError($"{name}: expected a number above 0, such as 0.01; found '{text}'.");
            return null;
        },
    };

    /// <summary>An option that takes a text.</summary>
    public static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };

    /// <summary>The option of a file for results in JSON.</summary>
    public static Option<string?> Json() => Text("--json", "FILE", "Also write the results to this file, in JSON.");

    /// <summary>The folder of a run.</summary>
    public static Argument<string> Run() => new("RUN") { Description = "The folder of a training run." };

    /// <summary>The name of a model.</summary>
    public static Argument<string> Model() => new("MODEL")
    {
        Description = "The network: " + string.Join(", ", Training.Recipe.All.Select(recipe => recipe.Model)) + ".",
    };
}
