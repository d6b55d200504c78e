using System.CommandLine;
using System.Globalization;
using RefNet.Data.Augmentation;
using RefNet.Experiments;
using RefNet.Tensors;

namespace RefNet.Console;

/// <summary>Options and arguments shared by several commands, with errors that say what was expected.</summary>
internal static class Inputs
{
    /// <summary>An option for a whole number.</summary>
    public static Option<int?> Whole(string name, string description, int least, int most = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most)
                return value;
            string range = most < int.MaxValue ? $" from {least} to {most}" : least > int.MinValue ? $" of {least} or more" : "";
            result.AddError($"{name}: expected a whole number{range}; found '{text}'.");
            return null;
        },
    };

    /// <summary>The option for the number of threads.</summary>
    public static Option<int?> Threads() => Whole(
        "--threads", "Maximum number of threads; results do not depend on it. [default: all cores]", least: 1, most: Math.Max(64, 4 * Environment.ProcessorCount));

    /// <summary>An option for a number above 0.</summary>
    public static Option<double?> Positive(string name, string description) => Number(name, description, "above 0, such as 0.01", value => value > 0);

    /// <summary>An option for a number of 0 or more.</summary>
    public static Option<double?> NotNegative(string name, string description) => Number(name, description, "of 0 or more, such as 0.0005", value => value >= 0);

    private static Option<double?> Number(string name, string description, string range, Func<double, bool> isInRange) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && isInRange(value) && double.IsFinite(value))
                return value;
            result.AddError($"{name}: expected a number {range}; found '{text}'.");
            return null;
        },
    };

    /// <summary>An option for a text.</summary>
    public static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };

    /// <summary>An option for an augmentation; names of predefined sets are expanded to their transforms.</summary>
    public static Option<string?> Augmentation(string description) => new("--augment")
    {
        Description = $"{description} Transforms separated by commas, from {string.Join(", ", AugmentationNames.All.Select(known => known.Usage))}; or a set: "
            + $"{string.Join("; ", AugmentationNames.Sets.Select(set => $"{set.Name} = {set.Transforms}"))}.",
        HelpName = "NAME[:NUMBERS],...",
        CustomParser = result =>
        {
            try
            {
                return AugmentationNames.Create(result.Tokens[^1].Value).ToString();
            }
            catch (InputException e)
            {
                result.AddError($"--augment: {e.Message}");
                return null;
            }
        },
    };

    /// <summary>The option for a JSON file of results.</summary>
    public static Option<string?> Json() => FileToWrite("--json", "Also write the results to this file as JSON.");

    /// <summary>An option for an output file.</summary>
    public static Option<string?> FileToWrite(string name, string description)
    {
        Option<string?> file = Text(name, "FILE", description);
        // Checked before the command runs: no one should wait for results that cannot be written.
        file.Validators.Add(result =>
        {
            string path = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
            if (string.IsNullOrWhiteSpace(path))
                result.AddError($"{name}: expected the name of a file; found an empty one.");
            else if (Directory.Exists(path))
                result.AddError($"{name}: expected a file; found the folder '{path}'.");
            else if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) || LeadsNowhere(path))
                result.AddError($"{name}: expected a file in a folder that exists; found '{path}'.");
        });
        return file;
    }

    // A link to a file that does not exist yet is fine.
    private static bool LeadsNowhere(string path)
    {
        try
        {
            FileInfo file = new(path);
            return file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: false, Directory.Exists: false };
        }
        catch (IOException)
        {
            return true; // a link that points to itself
        }
    }

    /// <summary>The folder of a run.</summary>
    public static Argument<string> Run() => new("RUN") { Description = "The folder of a training run." };

    /// <summary>An option that takes a range of numbers above 0, 0.001:0.1.</summary>
    public static Option<LogRange?> Range(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "LOW:HIGH",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            double[] ends = [.. text.Split(':').Select(end => double.TryParse(end, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
            if (ends is [> 0 and var low, var high] && low <= high && double.IsFinite(high))
                return new LogRange(low, high);
            result.AddError($"{name}: expected two numbers above 0, the smaller first, such as 0.001:0.1; found '{text}'.");
            return null;
        },
    };

    /// <summary>An option that takes a shape, 3x224x224.</summary>
    public static Option<Shape?> Shape(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "CxHxW",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            int[] extents = [.. text.Split('x').Select(extent => int.TryParse(extent, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
            if (extents.Length is >= 1 and <= 3 && extents.All(extent => extent is > 0 and <= 1 << 14))
                return new Shape(extents);
            result.AddError($"{name}: expected a shape, such as 3x224x224; found '{text}'.");
            return null;
        },
    };

    /// <summary>The name of a model.</summary>
    public static Argument<string> Model() => new("MODEL") { Description = $"The model, such as lenet5; '{Host.Invocation} summary' lists them." };
}
