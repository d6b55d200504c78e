using System.Text.RegularExpressions;
using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Console;
using RefNet.Data;
using RefNet.Interop;
using RefNet.Interpretation;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Data;
using RefNet.Tests.Training;
using RefNet.Training;

namespace RefNet.Tests.Console;

/// <summary>refnet explain: pictures, and a page that holds them.</summary>
[TestFixture]
public sealed class ExplainCommandTests
{
    private TemporaryFolder folder = null!;
    private string run = null!;
    private string picture = null!;

    [OneTimeSetUp]
    public void Train()
    {
        folder = new TemporaryFolder();
        run = folder.File("run");
        RunOptions options = RunOptions.Of(Architectures.Find("lenet5-modern")) with { Epochs = 1, Validation = 10 };
        using (TrainingRun training = TrainingRun.Start(options, SyntheticData.Create(), run))
            training.Run(new SilentObserver(), CancellationToken.None);
        picture = folder.File("7 & <up>.png");
        using FileStream stream = File.Create(picture);
        PngWriter.Write(stream, Seven());
    }

    [OneTimeTearDown]
    public void Clean() => folder.Dispose();

    [TestCase("center")]
    [TestCase("channels")]
    [TestCase("standardize")]
    [TestCase("pca")]
    [TestCase("zca")]
    public void ARunThatPreparesItsInputsIsLookedIntoFromThePixelsOn(string prepare)
    {
        string prepared = folder.File(prepare), output = folder.File($"{prepare}-seen");
        using DataFolder bars = DataFolder.With(SyntheticData.Create());
        RunOptions options = RunOptions.Of(Architectures.Find("mlp")) with { Data = bars.Path, Epochs = 1, Validation = 10, Prepare = prepare };
        using (TrainingRun training = TrainingRun.Start(options, Dataset.Load(bars.Path), prepared))
            training.Run(new SilentObserver(), CancellationToken.None);
        Refnet.Result explained = Refnet.Run("explain", prepared, picture, "--out", output, "--method", "adversarial,saliency,occlusion");
        Refnet.Result attacked = Refnet.Run("evaluate", prepared, "--attack", "0,0.2");
        Assert.That(explained.Code, Is.EqualTo(Host.Done), $"{explained}");
        string answer = Refnet.Run("predict", prepared, picture).Output;
        Assert.That(explained.Output, Does.Contain($"Prediction: {Regex.Match(answer, @"(?m)^ +(\d)  ([\d.]+ %)").Result("$1 ($2)")}."), $"as predict does:\n{answer}");
        Assert.That(attacked.Code, Is.EqualTo(Host.Done), $"{attacked}");
        string error = Regex.Match(attacked.Output, @"Test error: ([\d.]+ %)").Groups[1].Value;
        Assert.That(attacked.Output, Does.Match($@"(?m)^ *0 +{error}"), "an attack of strength 0 sees the same numbers");
        Assert.That(Refnet.Run("report", prepared).Code, Is.EqualTo(Host.Done));
    }

    [Test]
    public void EveryMethodHasItsPictureAndThePageHoldsThemAllWithTexts()
    {
        string output = folder.File("all");
        Refnet.Result result = Refnet.Run("explain", run, picture, "--out", output);
        Assert.That(result.Code, Is.EqualTo(Host.Done), $"{result}");
        string page = File.ReadAllText(Path.Combine(output, "index.html"));
        string[] names = [.. Directory.GetFiles(output, "*.png").Select(file => Path.GetFileName(file))];
        foreach (ExplainMethod method in ExplainMethods.All)
        {
            Assert.That(page, Does.Contain($"<h3>{method.Title}</h3>"));
            // lenet5-modern has no pooling over whole maps, and the images that it was trained on are no files.
            if (method.Name is not ("cam" or "patches" or "features"))
                Assert.That(names, Has.Some.StartsWith($"{(method.IsOfNetwork ? "network" : "1")}-{method.Name}"));
        }

        Assert.That(Regex.Count(page, "Not available:"), Is.EqualTo(3));
        Assert.That(Regex.Matches(page, "<img[^>]*>").Select(image => image.Value), Is.Not.Empty.And.All.Match("alt=\"[^\"]+\" src=\"data:image/png;base64,"));
        Assert.That(page, Does.Contain("prefers-color-scheme: dark").And.Contain("name=\"viewport\"").And.Not.Contain("<script").And.Not.Contain("://").And.Contain("default-src 'none'"));
        Assert.That(page, Does.Contain("7 &amp; &lt;up&gt;.png").And.Not.Contain("<up>"), "a file name is text");
        foreach (string file in Directory.GetFiles(output, "*.png"))
            Assert.That(ImageFile.ReadPicture(file).Channels, Is.EqualTo(3), file);
    }

    [Test]
    public void TheSameSeedDrawsTheSamePage()
    {
        string[] pages = [.. new[] { "1", "1", "2" }.Select((seed, n) =>
        {
            string output = folder.File($"seed{n}");
            Refnet.Result result = Refnet.Run("explain", run, picture, "--out", output, "--method", "smoothgrad,fooling", "--seed", seed);
            Assert.That(result.Code, Is.EqualTo(Host.Done), $"{result}");
            return File.ReadAllText(Path.Combine(output, "index.html"));
        })];
        Assert.That(pages[1], Is.EqualTo(pages[0]));
        Assert.That(pages[2], Is.Not.EqualTo(pages[0]));
    }

    [TestCase("--layer", "C9", "C9")]
    [TestCase("--layer", "F5", "found 'F5'. That layer has none.")]
    [TestCase("--layer", "C4", "C1, ")]
    [TestCase("--method", "salency", "Did you mean saliency?")]
    [TestCase("--method", "cam", "Use Grad-CAM.")]
    [TestCase("--class", "10", "expected a class from 0 to 9; found 10")]
    public void AMistakeIsOneLineThatHelps(string option, string value, string message)
    {
        Refnet.Result result = Refnet.Run("explain", run, picture, "--out", folder.File("wrong"), option, value);
        Assert.That(result.Code, Is.EqualTo(Host.BadInput), $"{result}");
        Assert.That(result.Error, Does.Contain(message));
    }

    [Test]
    public void TheFolderOfThePicturesIsNoFile()
    {
        Refnet.Result result = Refnet.Run("explain", run, picture, "--out", picture);
        Assert.That(result.Code, Is.EqualTo(Host.BadInput), $"{result}");
        Assert.That(result.Error, Does.Contain("--out: expected a folder, or a new name for one; found the file"));
    }

    public static IEnumerable<string> Methods => ExplainMethods.All.Select(method => method.Name);

    [TestCaseSource(nameof(Methods))]
    public void EachMethodNamesItsPaperAndTheRowsOfTheLectures(string method)
    {
        string paper = ExplainMethods.Find(method).Paper;
        Assert.That(paper, Does.Match(@"^[A-Z]\w+.* \d{4}.*; LECTURES [VX]\d+(, [VX]\d+)*$"));
        Assert.That(LectureIndex.Rows(File.ReadAllText(Path.Combine(Repository.Root, LectureIndex.File))), Is.SupersetOf(Regex.Matches(paper, @"\b[VX]\d+\b").Select(row => row.Value)));
    }

    [Test]
    public void WeightsOfOthersAndAnArrayAreExplainedToo()
    {
        string weights = folder.File("weights.npz"), output = folder.File("weights");
        Network<float> network = (Architectures.Find("resnet20-cifar") with { Input = new Shape(3, 32, 32) }).Create<float>(seed: 1);
        Tensor<float> x = LayerCase.RandomTensor<float>(new Shape(1, 3, 32, 32), Seeds.Create(1));
        NumPy.WriteNpz(weights, Named(network).Append(("input", x)).ToDictionary(named => named.Item1, named => named.Item2));
        Refnet.Result result = Refnet.Run("explain", "resnet20-cifar", "--weights", weights, $"{weights}:input", "--out", output, "--method", "gradcam,cam,guided,filters,maps", "--layer", "layer2.0", "--bgr");
        Assert.That(result.Code, Is.EqualTo(Host.Done), $"{result}");
        Assert.That(Directory.GetFiles(output).Select(file => Path.GetFileName(file)), Is.EquivalentTo(new[] { "1-cam.png", "1-gradcam.png", "1-guided.png", "1-maps.png", "network-filters.png", "index.html" }));
    }

    // A picture of any size fits, and its colours are seen.
    [Test]
    public void APictureIsResizedForANetworkOfColours()
    {
        string weights = folder.File("cifar.npz"), output = folder.File("colours"), red = folder.File("red.png");
        NumPy.WriteNpz(weights, Named(Architectures.Find("resnet20-cifar").Create<float>(seed: 1)).ToDictionary(named => named.Item1, named => named.Item2));
        using (FileStream stream = File.Create(red))
            PngWriter.Write(stream, new Picture([.. Enumerable.Repeat(new byte[] { 255, 0, 0 }, 50 * 40).SelectMany(pixel => pixel)], 50, 40, channels: 3));
        Refnet.Result result = Refnet.Run("explain", "resnet20-cifar", "--weights", weights, red, "--out", output, "--method", "adversarial", "--class", "3");
        Assert.That(result.Code, Is.EqualTo(Host.Done), $"{result}");
        Assert.That(result.Output, Does.Contain("Explained: 3."));
        Picture drawn = ImageFile.ReadPicture(Directory.GetFiles(output, "1-adversarial*.png").Order().First());
        Assert.That((drawn.Rows, drawn.Columns), Is.EqualTo((224, 224)));
        // Byte 0 is another number in each channel, and is drawn as 0 again.
        Assert.That(drawn[100, 100].ToArray(), Is.EqualTo(new byte[] { 255, 0, 0 }));
    }

    [Test]
    public void V9_EvaluateShowsHowTheErrorGrowsWithTheDisturbance()
    {
        Dataset bars = SyntheticData.Create();
        Assert.That(Refnet.Run("evaluate", run, "--attack", "0,high").Error, Does.Contain("--attack: expected numbers from 0 to 1").And.Contain("'high'"));
        double[] rates = [.. new[] { 0, 0.1, 0.3 }.Select(epsilon => AttackCurve.ErrorRate(Loaded(), bars.Test, Architectures.Find("lenet5-modern").Scaling(), epsilon))];
        Assert.That(rates, Is.Ordered.Ascending);
        Assert.That(rates[2], Is.GreaterThan(rates[0]));
    }

    private ClassScores<float> Loaded()
    {
        RunFolder opened = RunFolder.Open(run);
        return new(BestNetwork.Load(opened.ReadOptions(), opened).Network);
    }

    private static IEnumerable<(string, Tensor<float>)> Named(Network<float> network) =>
        [.. Paths.NamedParameters(network).Select(place => (place.Path, place.Parameter.Value)), .. Paths.NamedBuffers(network).Select(place => (place.Path, place.Buffer.Value))];

    // Dark ink on white paper.
    private static GreyImage Seven()
    {
        byte[] pixels = [.. Enumerable.Repeat((byte)255, 100 * 100)];
        for (int i = 20; i < 80; i++)
        {
            for (int j = 0; j < 6; j++)
            {
                pixels[(20 + j) * 100 + 20 + i - 10] = 0;
                pixels[i * 100 + 90 - i / 2 - 10 + j] = 0;
            }
        }

        return new GreyImage(pixels, 100, 100);
    }
}
