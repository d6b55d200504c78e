using System.Text.Json;
using NUnit.Framework;
using RefNet.Data;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tests.Training;
using RefNet.Training;

namespace RefNet.Tests.Web;

/// <summary>A network that sees colours is looked into as one that sees digits is.</summary>
[TestFixture]
public sealed class ColourRunTests
{
    [Test]
    public async Task APictureInColoursIsAnsweredAndEveryLayerIsThere()
    {
        using TemporaryFolder folder = new();
        RunOptions options = RunOptions.Of(Architectures.Find("convnetjs-cifar10")) with { Epochs = 1, Validation = 10 };
        using (TrainingRun run = TrainingRun.Start(options, new Dataset("noise", Noise(60), Noise(10)), folder.File("run")))
            run.Train(new SilentObserver(), CancellationToken.None);
        await using PageClient page = await PageClient.Start(folder.File("run"));

        using MemoryStream png = new();
        PngWriter.Write(png, new Picture([.. Enumerable.Range(0, 50 * 40 * 3).Select(i => (byte)(i * 7))], 50, 40, channels: 3));
        ByteArrayContent content = new(png.ToArray());
        content.Headers.ContentType = new("image/png");
        JsonElement header = (await page.Maps("/api/networks/1/look", content)).Header;
        JsonElement network = await page.Get("/api/networks/1");
        Assert.That(network.GetProperty("seesDigits").GetBoolean(), Is.False);
        Assert.That(header.GetProperty("answers").GetArrayLength(), Is.EqualTo(1));
        JsonElement[] layers = [.. header.GetProperty("layers").EnumerateArray()];
        Assert.That(layers[0].GetProperty("maps").GetInt32(), Is.EqualTo(3), "red, green and blue");
        Assert.That(layers.Select(layer => layer.GetProperty("path").GetString()).Skip(1), Is.EqualTo(network.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("path").GetString())));
        int look = header.GetProperty("look").GetInt32();
        (JsonElement gradient, _) = await page.Maps($"/api/networks/1/gradient?look={look}&class=3");
        Assert.That(gradient.GetProperty("layers").GetArrayLength(), Is.EqualTo(layers.Length));
    }

    private static ImageSet Noise(int count)
    {
        Random random = Seeds.Create(5, count);
        byte[] pixels = new byte[count * 3 * 32 * 32];
        random.NextBytes(pixels);
        return new ImageSet(pixels, Enumerable.Range(0, count).Select(n => (byte)(n % 10)).ToArray(), 32, 32, [.. Enumerable.Range(0, 10).Select(c => $"{c}")], channels: 3);
    }
}
