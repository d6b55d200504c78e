using RefNet.Console;
using RefNet.Data;
using RefNet.Models;
using RefNet.Tests.Data;
using RefNet.Tests.Training;
using RefNet.Training;
using RefNet.Web;

namespace RefNet.Tests.Web;

/// <summary>A lenet5-modern that has seen a few thousand digits for a second, for tests of the page, and pages that show it.</summary>
internal static class DigitRun
{
    private static readonly TemporaryFolder folder = new();

    private static readonly Lazy<string> trained = new(() =>
    {
        RunOptions options = RunOptions.Of(Architectures.Find("lenet5-modern")) with { Epochs = 2, Limit = 6000, Validation = 100 };
        using TrainingRun run = TrainingRun.Start(options, Dataset.Load(DataFolder.Mnist), folder.File("digits"));
        run.Train(new SilentObserver(), CancellationToken.None);
        return run.Folder.Path;
    });

    /// <summary>Its folder.</summary>
    public static string Path => trained.Value;

    /// <summary>What a page of a run is given. Training is on a small made-up set.</summary>
    /// <param name="run">The run, or null.</param>
    /// <param name="runs">Where runs that the page trains are put.</param>
    public static ServedSettings Settings(string? run, TemporaryFolder runs) => new()
    {
        Run = run,
        Backend = RefNet.Backends.BackendDefaults<float>.Backend,
        ReadData = () => (SyntheticData.Create(trainingImages: 3000), "bars"),
        NewFolder = runs.File,
        Visualisers = ServeCommand.Visualisers,
        NameClass = Format.Class,
    };

    /// <summary>Removes it.</summary>
    public static void Clean() => folder.Dispose();

    /// <summary>A drawing of a seven, 84x84, a byte of grey for each pixel.</summary>
    public static Picture Seven()
    {
        const int Side = 84;
        byte[] pixels = new byte[Side * Side];
        Array.Fill(pixels, (byte)255);
        for (int t = 0; t <= 200; t++)
        {
            Dot(20, 20 + 44 * t / 200);
            Dot(20 + 48 * t / 200, 64 - 26 * t / 200);
        }

        return new Picture(pixels, Side, Side, channels: 1);

        void Dot(int row, int column)
        {
            for (int i = -3; i <= 3; i++)
            {
                for (int j = -3; j <= 3; j++)
                    pixels[(row + i) * Side + column + j] = 0;
            }
        }
    }
}

/// <summary>The run of these tests is gone when they have ended.</summary>
[NUnit.Framework.SetUpFixture]
public sealed class DigitRunCleaning
{
    [NUnit.Framework.OneTimeTearDown]
    public void Clean() => DigitRun.Clean();
}
