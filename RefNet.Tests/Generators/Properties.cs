using FsCheck;
using FsCheck.Fluent;

namespace RefNet.Tests.Generators;

/// <summary>
/// Runs FsCheck properties inside NUnit tests. A failure prints the shrunk case and the numbers that replay it:
/// set REFNET_REPLAY to them. REFNET_CASES sets how many cases each property tries.
/// </summary>
public static class Properties
{
    private const int DefaultCases = 100;

    /// <summary>How many cases a property tries.</summary>
    public static int Cases => int.TryParse(Environment.GetEnvironmentVariable("REFNET_CASES"), out int cases) ? cases : DefaultCases;

    /// <summary>Asserts over generated values; on a failure the value is shrunk to a simple one.</summary>
    public static void ForAll<TCase>(Gen<TCase> generator, Func<TCase, IEnumerable<TCase>> shrink, Action<TCase> assert)
    {
        Config config = Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true);
        if (Environment.GetEnvironmentVariable("REFNET_REPLAY") is { } replay)
        {
            ulong[] numbers = [.. replay.Trim('(', ')').Split(',').Select(ulong.Parse)];
            config = config.WithReplay(numbers[0], numbers[1]);
        }

        Check.One(config, Prop.ForAll(Arb.From(generator, shrink), assert));
    }

    /// <summary>Asserts over the cases of a layer.</summary>
    public static void ForAll(Gen<LayerCase> generator, Action<LayerCase> assert) => ForAll(generator, c => c.Shrink(), assert);
}
