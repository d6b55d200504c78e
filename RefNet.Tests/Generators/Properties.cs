using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using NUnit.Framework.Internal;
using RefNet.Verification;

namespace RefNet.Tests.Generators;

/// <summary>
/// Runs FsCheck properties inside NUnit tests. A failure prints the shrunk case, what is wrong with it and the numbers that
/// replay it: set REFNET_REPLAY to them. REFNET_CASES sets how many cases each property tries.
/// </summary>
internal static partial class Properties
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

        // Shrinking tries ever simpler cases: the last one that fails is the simplest.
        (TCase Case, Exception Failure)? last = null;
        void Try(TCase value)
        {
            try
            {
                // NUnit would count each failure on the way as one of the test.
                using (new TestExecutionContext.IsolatedContext())
                    assert(value);
            }
            catch (Exception failure)
            {
                last = (value, failure);
                throw;
            }
        }

        try
        {
            Check.One(config, Prop.ForAll(Arb.From(generator, shrink), Try));
        }
        catch (Exception report) when (last is not null)
        {
            (TCase value, Exception failure) = last.Value;
            string numbers = ReplayNumbers().Match(report.Message).Value;
            string what = failure is AssertionException or GradientException ? failure.Message : failure.ToString();
            throw new AssertionException($"Fails for {value}.{Environment.NewLine}REFNET_REPLAY={numbers} replays it.{Environment.NewLine}{what}");
        }
    }

    /// <summary>
    /// Asserts over the gradient checks of generated values. A check that proves nothing is passed over (a softmax of one class,
    /// a ReLU of numbers below 0), but at least half of them must prove something.
    /// </summary>
    public static void ForAllGradients<TCase>(Gen<TCase> generator, Func<TCase, IEnumerable<TCase>> shrink, Func<TCase, GradientReport> check)
    {
        int idle = 0;
        ForAll(generator, shrink, c =>
        {
            GradientReport report = check(c);
            if (report is { ProvesNothing: true, Findings.Count: 0 })
                idle++;
            else
                report.EnsurePassed();
        });
        Assert.That(idle, Is.LessThanOrEqualTo(Cases / 2), "cases in which every gradient is zero");
    }

    /// <summary>Asserts over the cases of a layer.</summary>
    public static void ForAll(Gen<LayerCase> generator, Action<LayerCase> assert) => ForAll(generator, c => c.Shrink(), assert);

    [GeneratedRegex(@"\d{5,},\d{5,}")]
    private static partial Regex ReplayNumbers();
}
