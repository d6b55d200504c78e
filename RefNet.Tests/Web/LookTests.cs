using System.Buffers.Binary;
using System.Text.Json;
using NUnit.Framework;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Tensors;
using RefNet.Tests.Console;
using RefNet.Tests.Data;
using RefNet.Tests.Training;
using RefNet.Training;

namespace RefNet.Tests.Web;

/// <summary>What the page is told of a drawing is what the network computes.</summary>
[TestFixture]
public sealed class LookTests
{
    private PageClient page = null!;

    // The same network, asked without a page.
    private BestNetwork best = null!;
    private Tensor<float> x = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        page = await PageClient.Start(DigitRun.Path);
        RunFolder folder = RunFolder.Open(DigitRun.Path);
        best = BestNetwork.Load(folder.ReadOptions(), folder);
        x = PictureInput.Read(best.Architecture, best.Architecture.Scaling(), DigitRun.Seven())[0].X;
    }

    [OneTimeTearDown]
    public async Task Stop() => await page.DisposeAsync();

    [Test]
    public async Task TheAnswerIsThatOfPredict()
    {
        using TemporaryFolder folder = new();
        string png = folder.File("seven.png"), json = folder.File("seven.json");
        using (FileStream stream = File.Create(png))
            PngWriter.Write(stream, DigitRun.Seven());
        Assert.That(Refnet.Run("predict", DigitRun.Path, png, "--json", json).Code, Is.Zero);
        JsonElement predicted = JsonDocument.Parse(File.ReadAllBytes(json)).RootElement.GetProperty("pictures")[0].GetProperty("digits")[0];

        JsonElement drawn = (await page.Look(DigitRun.Seven())).Header.GetProperty("answers")[0];
        ByteArrayContent file = new(File.ReadAllBytes(png));
        file.Headers.ContentType = new("image/png");
        JsonElement dropped = (await page.Maps("/api/networks/1/look", file)).Header.GetProperty("answers")[0];
        foreach (JsonElement answer in new[] { drawn, dropped })
        {
            Assert.That(answer.GetProperty("name").GetString(), Is.EqualTo("7").And.EqualTo(predicted.GetProperty("name").GetString()));
            Assert.That(Numbers(answer.GetProperty("measures")), Is.EqualTo(Numbers(predicted.GetProperty("probabilities"))), "to the last bit");
        }
    }

    [Test]
    public async Task EveryMapOfEveryLayerIsThere()
    {
        (JsonElement header, byte[] body) = await page.Look(DigitRun.Seven());
        best.Network.Forward(x, Mode.Evaluate);
        JsonElement[] layers = [.. header.GetProperty("layers").EnumerateArray()];
        Assert.That(layers.Select(layer => layer.GetProperty("path").GetString()), Is.EqualTo(best.Network.Layers.Select(layer => layer.Name).Prepend("input")));
        JsonElement c3 = layers.Single(layer => layer.GetProperty("path").GetString() == "C3");
        Tensor<float> y = best.Network["C3"].Output!;
        Assert.That(c3.GetProperty("maps").GetInt32(), Is.EqualTo(16));
        for (int map = 0; map < 16; map++)
        {
            ReadOnlySpan<byte> sent = body.AsSpan(c3.GetProperty("at").GetInt32() + map * (8 + 100), 108);
            float[] plane = y.Plane(0, map).ToArray();
            float low = BinaryPrimitives.ReadSingleLittleEndian(sent), high = BinaryPrimitives.ReadSingleLittleEndian(sent[4..]);
            Assert.That((low, high), Is.EqualTo((plane.Min(), plane.Max())));
            for (int i = 0; i < plane.Length; i++)
                Assert.That(low + sent[8 + i] / 255.0 * (high - low), Is.EqualTo(plane[i]).Within(0.51 / 255 * (high - low) + 1e-6), $"map {map}, cell {i}");
        }
    }

    [Test]
    public async Task ACellIsWrittenOut()
    {
        int look = (await page.Look(DigitRun.Seven())).Header.GetProperty("look").GetInt32();
        JsonElement cell = await page.Get($"/api/networks/1/cell?look={look}&path=C3&map=5&row=4&column=7");
        best.Network.Forward(x, Mode.Evaluate);
        float value = best.Network["C3"].Output![0, 5, 4, 7];
        Assert.That(cell.GetProperty("value").GetSingle(), Is.EqualTo(value));
        JsonElement sum = cell.GetProperty("sum");
        double total = sum.GetProperty("bias").GetDouble() + sum.GetProperty("groups").EnumerateArray().Sum(
            group => Numbers(group.GetProperty("inputs")).Zip(Numbers(group.GetProperty("weights")), (input, weight) => (double)input * weight).Sum());
        Assert.That(total, Is.EqualTo(value).Within(1e-5), "the bias, and W times x over six maps of 5x5");
        Assert.That(sum.GetProperty("total").GetDouble(), Is.EqualTo(total).Within(1e-9));
    }

    [Test]
    public async Task TheGradientIsThatOfBackward()
    {
        int look = (await page.Look(DigitRun.Seven())).Header.GetProperty("look").GetInt32();
        (JsonElement header, byte[] body) = await page.Maps($"/api/networks/1/gradient?look={look}&class=1");
        Tensor<float> y = best.Network.Forward(x, Mode.Evaluate);
        float loss = best.Loss.Forward(y, new Targets<float>([1], y.Shape));
        best.Network.ClearGradients();
        best.Network.Backward(best.Loss.Backward());
        Assert.That(header.GetProperty("loss").GetSingle(), Is.EqualTo(loss));
        foreach (JsonElement layer in header.GetProperty("layers").EnumerateArray())
        {
            string path = layer.GetProperty("path").GetString()!;
            float[] gradient = (path == "input" ? best.Network.InputGradient! : best.Network[path].OutputGradient!).Values.ToArray();
            Assert.That(layer.GetProperty("norm").GetDouble(), Is.EqualTo(Math.Sqrt(gradient.Sum(value => (double)value * value))).Within(1e-12), path);
            float most = gradient.Max(Math.Abs);
            ReadOnlySpan<byte> first = body.AsSpan(layer.GetProperty("at").GetInt32());
            Assert.That(BinaryPrimitives.ReadSingleLittleEndian(first[4..]), Is.EqualTo(most), path);
            Assert.That((first[8] - 127.5) / 127.5 * most, Is.EqualTo(gradient[0]).Within(1.01 / 255 * most * 2), path);
        }

        JsonElement weight = header.GetProperty("parameters").EnumerateArray().First(parameter => parameter.GetProperty("layer").GetString() == "F5");
        Assert.That(weight.GetProperty("norm").GetDouble(), Is.EqualTo(Math.Sqrt(best.Network["F5"].Parameters[0].Gradient.Values.ToArray().Sum(value => (double)value * value))).Within(1e-9));
    }

    [Test]
    public async Task EachMethodGivesPicturesOrASentence()
    {
        int look = (await page.Look(DigitRun.Seven())).Header.GetProperty("look").GetInt32();
        foreach (string method in new[] { "saliency", "integrated", "gradcam", "occlusion", "adversarial" })
        {
            JsonElement panel = (await page.Post($"/api/networks/1/explain?look={look}&method={method}")).GetProperty("panels")[0];
            Picture picture = ImageFile.Decode("panel", panel.GetProperty("png").GetBytesFromBase64());
            Assert.That((picture.Rows, picture.Columns), Is.EqualTo((panel.GetProperty("rows").GetInt32(), panel.GetProperty("columns").GetInt32())), method);
        }

        Assert.That($"{await page.Post($"/api/networks/1/explain?look={look}&method=cam")}", Does.Contain("error"), "no global average pooling");
        Assert.That($"{await page.Post($"/api/networks/1/explain?look={look}&method=dreams")}", Does.Contain("found 'dreams'"));
    }

    // The preparation is the first layer: answers are those of predict, and every method goes back to the pixels.
    [TestCase("standardize")]
    [TestCase("zca:0.1")]
    public async Task ARunThatPreparesItsInputsIsLookedInto(string prepare)
    {
        using TemporaryFolder folder = new();
        RunOptions options = RunOptions.Of(Architectures.Find("lenet5-modern")) with { Epochs = 1, Limit = 1000, Validation = 100, Prepare = prepare };
        using (TrainingRun run = TrainingRun.Start(options, Dataset.Load(DataFolder.Mnist), folder.File("run")))
            run.Train(new SilentObserver(), CancellationToken.None);
        await using PageClient prepared = await PageClient.Start(folder.File("run"));
        RunFolder opened = RunFolder.Open(folder.File("run"));
        BestNetwork asked = BestNetwork.Load(opened.ReadOptions(), opened);

        JsonElement header = (await prepared.Look(DigitRun.Seven())).Header;
        int look = header.GetProperty("look").GetInt32();
        Tensor<float> bytes = PictureInput.Read(asked.Architecture, asked.Scaling, DigitRun.Seven())[0].X, given = bytes.Clone();
        asked.Preparation!.Apply(given.Span);
        Assert.That(Numbers(header.GetProperty("answers")[0].GetProperty("measures")), Is.EqualTo(Answer.Of(asked.Loss, asked.Network.Forward(given, Mode.Evaluate).Values).Measures), "to the last bit");
        Assert.That(header.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("path").GetString()), Is.EqualTo(asked.Network.Layers.Select(layer => layer.Name).Prepend("prepared").Prepend("input")));

        JsonElement cell = await prepared.Get($"/api/networks/1/cell?look={look}&path=prepared&map=0&row=14&column=14");
        Assert.That(cell.GetProperty("value").GetSingle(), Is.EqualTo(given[0, 0, 14, 14]));
        Assert.That(cell.GetProperty("sum").GetProperty("total").GetDouble(), Is.EqualTo(given[0, 0, 14, 14]).Within(1e-4));
        JsonElement source = await prepared.Get("/api/networks/1/source?path=prepared");
        Assert.That(source.GetProperty("file").GetString(), Is.EqualTo("RefNet/Data/Preparation/PreparedInput.cs"));
        Assert.That($"{source.GetProperty("derivation")}", Does.Contain("(1)"));
        foreach (string method in new[] { "saliency", "integrated", "gradcam", "occlusion", "adversarial" })
            Assert.That((await prepared.Post($"/api/networks/1/explain?look={look}&method={method}")).GetProperty("panels").GetArrayLength(), Is.Positive, method);
    }

    [Test]
    public async Task LookingChangesNothing()
    {
        JsonElement before = (await page.Look(DigitRun.Seven())).Header;
        int look = before.GetProperty("look").GetInt32();
        await page.Maps($"/api/networks/1/gradient?look={look}&class=1");
        await page.Post($"/api/networks/1/explain?look={look}&method=smoothgrad");
        await page.Get($"/api/networks/1/cell?look={look}&path=S2&map=0&row=0&column=0");
        JsonElement after = (await page.Look(DigitRun.Seven())).Header;
        Assert.That(after.GetProperty("answers").GetRawText(), Is.EqualTo(before.GetProperty("answers").GetRawText()));
    }

    [TestCase("/api/networks/1/look?rows=3&columns=3", "application/octet-stream", 8, "Expected a drawing")]
    [TestCase("/api/networks/1/look?rows=2000&columns=2000", "application/octet-stream", 8, "Expected a drawing")]
    [TestCase("/api/networks/1/look?rows=84&columns=84", "application/octet-stream", 84 * 84, "found no ink")]
    [TestCase("/api/networks/1/look", "image/png", 100, "expected a PNG, JPEG, PGM or PPM picture")]
    [TestCase("/api/networks/7/look", "image/png", 0, "the picture: expected a PNG")]
    [TestCase("/api/networks/1/gradient?look=999&class=1", "image/png", 0, "no longer kept")]
    [TestCase("/api/networks/1/gradient?look=x&class=1", "image/png", 0, "look")]
    public async Task AMistakeIsASentence(string path, string type, int bytes, string part)
    {
        ByteArrayContent content = new(new byte[bytes]);
        content.Headers.ContentType = new(type);
        HttpResponseMessage answer = await page.Answer(path, content);
        Assert.That((int)answer.StatusCode, Is.EqualTo(400));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.StartWith("{\"error\":").And.Contains(part));
    }

    private static float[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetSingle())];
}
