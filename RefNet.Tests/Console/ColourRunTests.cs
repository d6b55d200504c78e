using System.Text.Json;
using NUnit.Framework;
using RefNet.Tests.Data;

namespace RefNet.Tests.Console;

/// <summary>refnet train on a small set in CIFAR-10's form, and the commands that look at the run.</summary>
[TestFixture]
public sealed class ColourRunTests
{
    private const int Record = 1 + 3 * 32 * 32;

    private DataFolder folder = null!;

    // Each class has a colour of its own.
    [SetUp]
    public void MakeImages()
    {
        folder = new DataFolder();
        File.WriteAllBytes(folder.File("data_batch_1.bin"), Records(60));
        File.WriteAllBytes(folder.File("test_batch.bin"), Records(20));
    }

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void T6_ARunInColourStandardizesEachChannelAndNotesTheNumbers()
    {
        Refnet.Result trained = Train("run");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        Assert.That(trained.Output, Does.Contain("54 images to train on, 6 held out, 20 to test"), "a tenth of a small set is held out");
        Assert.That(trained.Output, Does.Contain("pixels imagenet"));
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(folder.File("run/config.json")));
        Assert.That(config.RootElement.GetProperty("pixels").GetString(), Is.EqualTo("0.485,0.456,0.406/0.229,0.224,0.225"));

        Refnet.Result evaluated = Refnet.Run("evaluate", folder.File("run"), "--attack", "0,0.5");
        Assert.That(evaluated.Code, Is.Zero, $"{evaluated}");
        Assert.That(evaluated.Output, Does.Contain(ErrorOf(trained)));
        string error = ErrorOf(trained)["Test error: ".Length..].Split(" (")[0];
        Assert.That(evaluated.Output, Does.Match($@"(?m)^ *0 +{error}"), "an attack of strength 0 sees the same numbers");
    }

    [Test]
    public void T6_ARunWithoutTheNumbersIsReadAsBefore()
    {
        Refnet.Result trained = Train("run", "--pixels", "plain");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        Assert.That(File.ReadAllText(folder.File("run/config.json")), Does.Not.Contain("pixels"));
        Refnet.Result evaluated = Refnet.Run("evaluate", folder.File("run"));
        Assert.That(evaluated.Output, Does.Contain(ErrorOf(trained)));
        Assert.That(ErrorOf(Train("other")), Does.Contain("Test error"));
        Assert.That(File.ReadAllBytes(folder.File("run/last.safetensors")), Is.Not.EqualTo(File.ReadAllBytes(folder.File("other/last.safetensors"))), "the numbers count");
    }

    [Test]
    public void AnotherNumberOfChannelsIsAMistakeInOneLine()
    {
        Refnet.Result result = Train("run", "--pixels", "0.5/0.25");
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(result.Error, Does.Contain("expected a mean and a deviation for 3 channels").And.Not.Contain("   at "));
    }

    private Refnet.Result Train(string run, params string[] more) => Refnet.Run(
        ["train", "convnetjs-cifar10", "--data", folder.Path, "--out", folder.File(run), "--epochs", "2", "--batch-size", "6", "--learning-rate", "0.002", "--plain", .. more]);

    private static string ErrorOf(Refnet.Result result) => result.Output.Split('\n').First(line => line.StartsWith("Test error: ", StringComparison.Ordinal));

    private static byte[] Records(int count)
    {
        Random random = new(count);
        byte[] bytes = new byte[count * Record];
        for (int n = 0; n < count; n++)
        {
            Span<byte> record = bytes.AsSpan(n * Record, Record);
            record[0] = (byte)(n % 10);
            for (int i = 1; i < Record; i++)
                record[i] = (byte)(random.Next(60) + (((n % 10) >> ((i - 1) / 1024)) & 1) * 150);
        }

        return bytes;
    }
}
