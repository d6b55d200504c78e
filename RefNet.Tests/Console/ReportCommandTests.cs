using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;
using RefNet.Console;
using RefNet.Data;
using RefNet.Tests.Data;
using RefNet.Tests.Training;
using RefNet.Training;

namespace RefNet.Tests.Console;

/// <summary>refnet report: one page about a run, whole by itself, whose numbers are those of the other commands.</summary>
[TestFixture]
public sealed class ReportCommandTests : SharedCommandTests
{
    [OneTimeSetUp]
    public void Train()
    {
        Train("digits", "--epochs", "3");
    }

    [Test]
    public void ThePageIsWholeByItselfAndReadableWithoutSeeing()
    {
        (string html, XElement page) = Report("digits");
        // A data URI has neither a colon and two slashes nor a script.
        Assert.That(html, Does.Not.Contain("://").And.Not.Contain("<script").And.Not.Contain("<link").And.Not.Contain("@import").And.Not.Contain("url("));
        Assert.That(page.Descendants().Attributes().Where(attribute => attribute.Name == "src" || attribute.Name == "href").Select(attribute => attribute.Value),
            Is.Not.Empty.And.All.StartsWith("data:image/png;base64,"));
        Assert.That(html, Does.Contain("prefers-color-scheme: dark").And.Contain("name=\"viewport\"").And.Contain("lang=\"en\""));

        Assert.That(page.Descendants("h1").Count(), Is.EqualTo(1));
        Assert.That(page.Descendants("h2").Select(heading => heading.Value), Is.EqualTo(new[] { "Training", "On the test images", "The worst mistakes", "What the network has learnt", "Layers" }));
        Assert.That(page.Descendants("img").Select(image => (string?)image.Attribute("alt")), Has.Exactly(24 + 1 + 1 + Stages(page)).Not.Empty, "mistakes, filters, the image, its maps");
        Assert.That(Stages(page), Is.InRange(2, 6));
        Assert.That(page.Descendants("th").Select(header => (string?)header.Attribute("scope")), Is.Not.Empty.And.All.AnyOf("row", "col"));
        Assert.That(page.Descendants("table").Select(table => table.Element("caption")?.Value), Is.Not.Empty.And.All.Not.Empty);
        XElement[] charts = [.. page.Descendants("svg").Where(svg => (string?)svg.Attribute("aria-hidden") != "true")];
        Assert.That(charts.Select(svg => (string?)svg.Attribute("role")), Is.EqualTo(Enumerable.Repeat("img", 5)));
        EpochRecord[] history = History("digits");
        Assert.That((string?)charts[1].Attribute("aria-label"), Does.Contain($"validation: {Format.Percent(history[0].ValidationError!.Value)} in epoch 1, {Format.Percent(history[2].ValidationError!.Value)} in epoch 3, minimum "));
        Assert.That((string?)charts[2].Attribute("aria-label"), Does.StartWith($"Learning rate at the first step of the epoch. {Format.Number(history[0].LearningRate)} in epoch 1"));
    }

    [Test]
    public void ItsNumbersAreThoseOfEvaluateAndOfTheHistory()
    {
        (_, XElement page) = Report("digits");
        Assert.That(Refnet.Run("evaluate", Folder.File("digits"), "--json", Folder.File("e.json")).Code, Is.Zero);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Folder.File("e.json")));
        int errors = json.RootElement.GetProperty("errors").GetInt32();
        WilsonInterval interval = WilsonInterval.Of(errors, 100);
        Assert.That(page.Value, Does.Contain($"Test error: {errors}.00 % ({errors} of 100 images), 95 % interval {Format.Percent(interval.Low)[..^2]} to {Format.Percent(interval.High)}; loss {Format.Number(json.RootElement.GetProperty("loss").GetDouble())}."));
        JsonElement[] classes = [.. json.RootElement.GetProperty("classes").EnumerateArray()];
        Assert.That(Rows(page, "True class"), Is.EqualTo(classes.Select((c, n) => string.Join(" ", c.GetProperty("predicted_as").EnumerateArray().Select(count => $"{count}").Prepend($"{n}")))));
        Assert.That(Rows(page, "Precision:"), Is.EqualTo(classes.Select((c, n) =>
            $"{n} {c.GetProperty("predicted_as").EnumerateArray().Sum(count => count.GetInt32())} {Share(c, "precision")} {Share(c, "recall")}")));

        EpochRecord best = EpochRecord.BestOf(History("digits"))!;
        Assert.That(Rows(page, "The results of each epoch").Single(row => row.Contains("best")), Does.StartWith($"{best.Epoch}, best {Format.Loss(best.TrainingLoss)} "));
        Assert.That(page.Descendants("code").Single().Value, Is.EqualTo($"refnet train digits --data {Bars.Path} --epochs 3 --batch-size 16 --validation 60"));
        Assert.That(Rows(page, "Input 1x28x28")[^1], Does.StartWith("total  60,026 "));
        Assert.That(Rows(page, "The same in numbers").Sum(row => int.Parse(row.Split(' ')[4], CultureInfo.InvariantCulture)), Is.EqualTo(100), "each answer is in a bin");

        static string Share(JsonElement c, string name) => c.GetProperty(name) is { ValueKind: JsonValueKind.Number } share ? Format.Percent(share.GetDouble()) : "-";
    }

    // A row of two charts for each parameter, the rest of many behind a line; what they show stands in their labels.
    [Test]
    public void WeightsAreShownByEpochIfTheRunKeptHistograms()
    {
        Train("lenet5-modern", "--epochs", "3", "--keep-histograms");
        Assert.That(Report("digits").Page.Descendants("h3").Select(heading => heading.Value), Does.Not.Contain("Weights by epoch"));
        (string html, XElement page) = Report("lenet5-modern");
        XElement section = page.Descendants("h3").Single(heading => heading.Value == "Weights by epoch");
        ParameterHistograms[] rows = [.. RunFolder.Open(Folder.File("lenet5-modern")).ReadHistograms(RefNet.Models.Architectures.Find("lenet5-modern").Create<float>(seed: 1))];
        Assert.That(rows, Has.Length.EqualTo(3 * 10));
        XElement[][] charts = [.. section.ElementsAfterSelf("div").Take(10).Select(row => row.Descendants("svg").ToArray())];
        for (int p = 0; p < 10; p++)
        {
            (ParameterHistograms first, ParameterHistograms last) = (rows[p], rows[20 + p]);
            Assert.That(charts[p], Has.Length.EqualTo(2));
            Assert.That((string?)charts[p][0].Attribute("aria-label"), Is.EqualTo($"{first.Parameter}. Epoch 1: {Words(first.Weights)}. Epoch 3: {Words(last.Weights)}."));
            Assert.That((string?)charts[p][1].Attribute("aria-label"), Is.EqualTo($"{first.Parameter}, change in the epoch. Epoch 1: {Words(first.Changes)}. Epoch 3: {Words(last.Changes)}."));
            Assert.That(charts[p].SelectMany(svg => svg.Descendants("polygon")).Select(band => ((string)band.Attribute("points")!).Split(' ').Length), Is.EqualTo(Enumerable.Repeat(6, 6)), "three bands, there and back over three epochs");
        }

        Assert.That(html, Does.Contain(".band { fill: var(--c0);"), "dark where the page is");

        File.AppendAllText(Folder.File("lenet5-modern/histograms.csv"), "4,\n");
        Refnet.Result damaged = Refnet.Run("report", Folder.File("lenet5-modern"));
        Assert.That(damaged.Code, Is.EqualTo(Host.BadInput));
        Assert.That(damaged.Error, Does.Contain("histograms.csv: expected rows of histograms; it should have 20 rows for each epoch"));

        static string Words(Histogram histogram) =>
            $"from {Format.Number(histogram.Low)} to {Format.Number(histogram.High)}, half of them from {Format.Number(histogram.Quantile(0.25))} to {Format.Number(histogram.Quantile(0.75))}";
    }

    // Names of classes come from folders; they are shown, and do nothing.
    [Test]
    public void HostileNamesAreText()
    {
        const string Hostile = "<script>alert('&')</script>\u001b[2J\u202e\"";
        ImageSet few = SyntheticData.Create(40, 20).Training;
        byte[] pixels = [.. Enumerable.Range(0, few.Count).SelectMany(n => few.Pixels(n).ToArray())];
        ImageSet named = new(pixels, few.Labels.ToArray(), 28, 28, [Hostile, .. few.ClassNames.Skip(1)]);
        Dataset set = new("named", named, named);
        RunOptions options = RunOptions.Of(RefNet.Models.Architectures.Find("mlp")) with { Data = "/nowhere/<b>'$(x)'", Epochs = 1, Validation = 0 };
        using (TrainingRun training = TrainingRun.Start(options, set, Folder.File("hostile")))
            training.Train(new Silent(), CancellationToken.None);
        TrainedRun run = TrainedRun.Open(Folder.File("hostile"), RefNet.Backends.BackendDefaults<float>.Backend);
        string html = ReportPage.ToHtml(run, named, TestAnswers.Read(run, named), missing: null);
        XElement page = Parse(html);
        Assert.That(html, Does.Not.Contain("<script").And.Not.Match("[\u001b\u202e]").And.Not.Contain("<b>"));
        Assert.That(Rows(page, "Precision:")[0], Does.StartWith("0 <script>alert('&')</script>\\u001B[2J\\u202E\" "));
        Assert.That(page.Descendants("code").Single().Value, Does.Contain(@"--data '/nowhere/<b>'\''$(x)'\'''"));
    }

    // Without validation, of scores, without a convolution; and with patience that ended it.
    [TestCase("perceptron", new[] { "--validation", "0" }, new[] { "No images were held out", "scores, not probabilities", "smallest score", "first layer with weights is a convolution", "None of its layers gives maps" })]
    [TestCase("lenet5-modern", new[] { "--patience", "1", "--learning-rate", "1e-30", "--weight-decay", "0", "--epochs", "5" }, new[] { "Expected calibration error", "Stopped early, after 2 of 5 epochs: the last 1 did not reduce the smallest validation loss" })]
    [TestCase("mlp", new[] { "--prepare", "standardize" }, new[] { "Expected calibration error", "first layer with weights is a convolution" })]
    public void RunsOfOtherKindsAreReportedToo(string model, string[] options, string[] said)
    {
        string name = $"kind-{model}";
        Refnet.Result trained = Refnet.Run(["train", model, "--data", Bars.Path, "--out", Folder.File(name), "--batch-size", "16", "--plain", .. options.Contains("--epochs") ? [] : new[] { "--epochs", "1" }, .. options.Contains("--validation") ? [] : new[] { "--validation", "60" }, .. options]);
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        (_, XElement page) = Report(name);
        foreach (string sentence in said)
            Assert.That(page.Value, Does.Contain(sentence));
    }

    [Test]
    public void ImagesOfThreeChannelsAreShownInColour()
    {
        byte[] pixels = [.. Enumerable.Range(0, 30).SelectMany(n => Enumerable.Range(0, 3 * 32 * 32).Select(i => (byte)(i < 1024 ? 200 : n)))];
        byte[] labels = [.. Enumerable.Range(0, 30).Select(n => (byte)(n % 10))];
        ImageSet red = new(pixels, labels, 32, 32, [.. Enumerable.Range(0, 10).Select(c => $"thing {c}")], channels: 3);
        RunOptions options = RunOptions.Of(RefNet.Models.Architectures.Find("convnetjs-cifar10")) with { Epochs = 1, Validation = 0 };
        using (TrainingRun training = TrainingRun.Start(options, new Dataset("red", red, red), Folder.File("colours")))
            training.Train(new Silent(), CancellationToken.None);
        TrainedRun run = TrainedRun.Open(Folder.File("colours"), RefNet.Backends.BackendDefaults<float>.Backend);
        XElement page = Parse(ReportPage.ToHtml(run, red, TestAnswers.Read(run, red), missing: null));
        XElement worst = page.Descendants("img").First();
        Picture picture = ImageFile.ReadPicture(Folder.Write("worst.png", Convert.FromBase64String(((string)worst.Attribute("src")!).Split(',')[1])));
        Match image = Regex.Match((string)worst.Attribute("alt")!, @"^Image (\d+): (\d) thing \2, ");
        Assert.That(image.Success, Is.True, (string?)worst.Attribute("alt"));
        byte index = byte.Parse(image.Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.That(picture[5, 7].ToArray(), Is.EqualTo(new byte[] { 200, index, index }));
        Assert.That(index % 10, Is.EqualTo(int.Parse(image.Groups[2].Value, CultureInfo.InvariantCulture)));

        // Each channel was scaled with a mean and a deviation of its own; the first image has 200, 0 and 0.
        XElement seen = page.Descendants("img").Single(found => (string)found.Attribute("alt")! == "The image as the network sees it");
        Picture first = ImageFile.ReadPicture(Folder.Write("seen.png", Convert.FromBase64String(((string)seen.Attribute("src")!).Split(',')[1])));
        Assert.That(first[100, 100].ToArray(), Is.EqualTo(new byte[] { 200, 0, 0 }));
    }

    [Test]
    public void WhereTheTestImagesAreGoneTheRestIsReportedAndTheDataCanBeNamed()
    {
        string config = File.ReadAllText(Folder.File("digits/config.json"));
        using DataFolder moved = new();
        foreach (string file in new[] { "history.csv", "best.safetensors" })
            File.Copy(Folder.File($"digits/{file}"), moved.File(file));
        File.WriteAllText(moved.File("config.json"), config.Replace(Bars.Path, "/nowhere/bars"));

        // Where the data are does not belong to what a checkpoint must agree with.
        Refnet.Result without = Refnet.Run("report", moved.Path);
        Assert.That(without.Code, Is.Zero, $"{without}");
        Assert.That(without.Output, Does.Contain("The report omits the test images: There is no data set '/nowhere/bars'"));
        XElement page = Parse(File.ReadAllText(moved.File("report.html")));
        Assert.That(page.Value, Does.Contain("The test images are missing").And.Not.Contain("Test error"));
        Assert.That(page.Descendants("h2").Select(heading => heading.Value), Does.Contain("Layers").And.Not.Contain("The worst mistakes"));

        Refnet.Result named = Refnet.Run("report", moved.Path, "--data", Bars.Path, "--out", moved.File("named.html"));
        Assert.That(named.Output, Does.Contain("Test error: "), $"{named}");
        using DataFolder others = DataFolder.WithSmallSet();
        Refnet.Result wrong = Refnet.Run("report", moved.Path, "--data", others.Path);
        Assert.That(wrong.Code, Is.EqualTo(Host.BadInput), $"{wrong}");
        Assert.That(wrong.Error, Does.Contain("expected the data that the run was trained on"));
    }

    [Test]
    public void ARunThatWasInterruptedIsReportedAsItIs()
    {
        RunOptions options = RunOptions.Of(RefNet.Models.Architectures.Find("mlp")) with { Data = Bars.Path, Epochs = 4, Validation = 60 };
        using CancellationTokenSource stop = new();
        using (TrainingRun training = TrainingRun.Start(options, SyntheticData.Create(), Folder.File("stopped")))
            Assert.That(() => training.Run(new Silent { AfterEpoch = stop.Cancel }, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        (_, XElement page) = Report("stopped");
        Assert.That(page.Value, Does.Contain("Not finished: 1 of 4 epochs are done."));
    }

    [Test]
    public void AMistakeIsOneLine()
    {
        File.Copy(Folder.File("digits/config.json"), Directory.CreateDirectory(Folder.File("begun")).FullName + "/config.json");
        foreach ((string[] arguments, string message) in new[]
        {
            (new[] { "report", Folder.Path }, "expected the folder of a training run"),
            (["report", Folder.File("begun")], "expected a run with at least one finished epoch; found none"),
            (["report", Folder.File("digits"), "--out", Folder.File("no/page.html")], "--out: expected a file in a folder that exists"),
        })
        {
            Refnet.Result result = Refnet.Run(arguments);
            Assert.That(result.Code, Is.EqualTo(Host.BadInput), $"{result}");
            Assert.That(result.Error, Does.Contain(message).And.Match(@"\A[^\n]+\n\z"));
        }
    }

    private void Train(string model, params string[] options)
    {
        Refnet.Result trained = Refnet.Run(["train", model, "--data", Bars.Path, "--out", Folder.File(model), "--batch-size", "16", "--validation", "60", "--plain", .. options]);
        Assert.That(trained.Code, Is.Zero, $"{trained}");
    }

    private (string Html, XElement Page) Report(string name)
    {
        Refnet.Result result = Refnet.Run("report", Folder.File(name));
        Assert.That(result.Code, Is.Zero, $"{result}");
        string html = File.ReadAllText(Folder.File($"{name}/report.html"));
        return (html, Parse(html));
    }

    private EpochRecord[] History(string name) => [.. File.ReadAllLines(Folder.File($"{name}/history.csv")).Skip(1).Select(EpochRecord.FromCsv)];

    internal static XElement Parse(string html) => XDocument.Parse(html[html.IndexOf("<html", StringComparison.Ordinal)..]).Root!;

    private static string[] Rows(XElement page, string caption) =>
        [.. page.Descendants("table").Single(table => table.Element("caption")!.Value.StartsWith(caption, StringComparison.Ordinal)).Element("tbody")!.Elements("tr").Select(row => string.Join(" ", row.Elements().Select(cell => cell.Value)))];

    private static int Stages(XElement page) => page.Descendants("img").Count(image => Regex.IsMatch((string)image.Attribute("alt")!, "maps of "));

    private sealed class Silent : ITrainingObserver
    {
        public Action AfterEpoch { get; init; } = () => { };

        public void StepDone(EpochProgress progress) { }

        public void EpochDone(EpochRecord epoch, bool isBest) => AfterEpoch();
    }
}
