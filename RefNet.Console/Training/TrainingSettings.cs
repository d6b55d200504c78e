using System.Globalization;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>The settings of a run as options of refnet train.</summary>
internal static class TrainingSettings
{
    // In the order of the help. Numbers stay numbers, since texts are quoted in a command.
    private static readonly (string Option, Func<RunOptions, object?> Value)[] all =
    [
        ("--data", run => run.Data),
        ("--epochs", run => run.Epochs),
        ("--batch-size", run => run.BatchSize),
        ("--optimizer", run => run.Optimizer),
        ("--learning-rate", run => run.LearningRate),
        ("--schedule", run => run.Schedule),
        ("--momentum", run => run.Momentum),
        ("--weight-decay", run => run.WeightDecay),
        ("--l1", run => run.L1),
        ("--label-smoothing", run => run.LabelSmoothing),
        ("--clip", run => run.Clip),
        ("--accumulate", run => run.Accumulate),
        ("--average", run => run.Average),
        ("--patience", run => run.Patience),
        ("--augment", run => string.IsNullOrEmpty(run.Augment) ? null : run.Augment),
        ("--pixels", run => PixelNames.NameOf(run.Pixels)),
        ("--prepare", run => run.Prepare),
        ("--from", run => run.From),
        ("--freeze", run => run.Freeze),
        ("--rate", run => run.Rates),
        ("--seed", run => run.Seed),
        ("--validation", run => run.Validation),
        ("--fold", run => run.Fold),
        ("--limit", run => run.Limit),
        ("--keep-histograms", run => run.KeepHistograms ? "" : null),
        ("--backend", run => run.Backend),
        ("--tf32", run => run.Tf32 ? "" : null),
        ("--cudnn", run => run.Cudnn ? "" : null),
    ];

    /// <summary>The names of all options of a run, the model first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["model", .. all.Select(setting => setting.Option[2..])];

    /// <summary>The values of a run for these names, as text.</summary>
    public static IReadOnlyList<string> Of(RunOptions run) => [run.Model, .. all.Select(setting => setting.Value(run) switch
    {
        null => "none",
        "" => "yes",
        IFormattable number => Written(number),
        object text => $"{text}",
    })];

    /// <summary>The command that trains such a run: the model, and the options that differ from its defaults.</summary>
    public static string Command(RunOptions run)
    {
        RunOptions defaults = RunOptions.Of(Architectures.Find(run.Model));
        defaults = defaults with { LearningRate = defaults.With(run.Optimizer).LearningRate };
        IEnumerable<string> given = from setting in all
                                    let value = setting.Value(run)
                                    where value is not null && !value.Equals(setting.Value(defaults))
                                    select value switch
                                    {
                                        "" => setting.Option,
                                        IFormattable number => $"{setting.Option} {Written(number)}",
                                        object text => $"{setting.Option} {Shell.Quote($"{text}")}",
                                    };
        return string.Join(" ", given.Prepend($"refnet train {Shell.Quote(run.Model)}"));
    }

    private static string Written(IFormattable number) => number.ToString("", CultureInfo.InvariantCulture);
}
