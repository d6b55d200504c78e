using System.Globalization;
using RefNet.Benchmarks.Rows;

namespace RefNet.Benchmarks;

/// <summary>What to compare, and how long to measure.</summary>
internal sealed record CompareOptions
{
    /// <summary>The kinds of rows; all by default.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Only rows whose name contains this text.</summary>
    public string Only { get; init; } = "";

    /// <summary>A file for the tables, in addition to the console.</summary>
    public string? Output { get; init; }

    /// <summary>Threads of each rival.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>The number of launches of each rival's process.</summary>
    public int Launches { get; init; } = 3;

    /// <summary>The number of turns of each rival per row and launch.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>The length of a turn.</summary>
    public double TurnSeconds { get; init; } = 0.15;

    /// <summary>Epochs of the training run.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Whether to take only some rows of each kind.</summary>
    public bool Quick { get; init; }

    /// <summary>Whether a row is to be measured: --quick does not exclude rows that --only names.</summary>
    public bool Chooses(Row row) => Only.Length > 0 ? row.Label.Contains(Only, StringComparison.OrdinalIgnoreCase) : row.IsQuick || !Quick;

    /// <summary>The number of rows that --quick excludes.</summary>
    public int LeavesOut(IEnumerable<Row> rows) => Only.Length > 0 ? 0 : rows.Count(row => !Chooses(row));

    /// <summary>Reads the command line.</summary>
    /// <exception cref="InputException">It contains an unknown option or an invalid value.</exception>
    public static CompareOptions Parse(IReadOnlyList<string> arguments)
    {
        CompareOptions options = new();
        for (int i = 0; i < arguments.Count; i++)
        {
            string Value() => ++i < arguments.Count ? arguments[i] : throw new InputException($"{arguments[i - 1]} needs a value.");
            options = arguments[i] switch
            {
                "--only" => options with { Only = Value() },
                "--output" => options with { Output = Value() },
                "--threads" => options with { Threads = Whole("--threads", Value()) },
                "--launches" => options with { Launches = Whole("--launches", Value()) },
                "--rounds" => options with { Rounds = Whole("--rounds", Value()) },
                "--seconds" => options with { TurnSeconds = Positive("--seconds", Value()) },
                "--epochs" => options with { Epochs = Whole("--epochs", Value()) },
                "--quick" => options with { Launches = 1, Rounds = 1, TurnSeconds = 0.05, Epochs = 1, Quick = true },
                string word when word.StartsWith('-') => throw new InputException($"There is no option {word}."),
                string kind => options with { Kinds = [.. options.Kinds, kind] },
            };
        }

        return options;
    }

    private static int Whole(string option, string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out int value) && value >= 1
            ? value
            : throw new InputException($"{option}: expected a whole number of 1 or more; found {text}.");

    private static double Positive(string option, string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out double value) && value > 0
            ? value
            : throw new InputException($"{option}: expected a number above 0; found {text}.");
}
