using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Console;
using RefNet.Data;
using RefNet.Tests.Data;

namespace RefNet.Tests.Console;

/// <summary>refnet probe on a network that has seen 2,000 digits (LECTURES T11, C13).</summary>
[TestFixture]
public sealed class ProbeCommandTests
{
    private DataFolder data = null!;
    private DataFolder folder = null!;

    [OneTimeSetUp]
    public void TrainANetwork()
    {
        folder = new DataFolder();
        ImageSet images = Mnist.Load(DataFolder.Mnist).Training.Take(2600);
        data = DataFolder.With(new Dataset("digits", images, images.Take(10)));
        Refnet.Result trained = Refnet.Run("train", "digits", "--data", data.Path, "--validation", "600", "--epochs", "2", "--out", folder.File("run"), "--plain");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
    }

    [OneTimeTearDown]
    public void RemoveFolders()
    {
        folder.Dispose();
        data.Dispose();
    }

    [Test]
    public void T11_C13_FeaturesOfDeepLayersTellDigitsApartBetterThanPixels()
    {
        Refnet.Result result = Refnet.Run("probe", folder.File("run"), "--limit", "600");
        Assert.That(result.Code, Is.Zero, $"{result}");
        double Error(string layer) => double.Parse(Regex.Match(result.Output, $@"(?m)^ *{layer} +.* (\d+\.\d+) %\s*$").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.That(Error("input"), Is.InRange(8, 30), "a linear classifier of 600 digits");
        Assert.That(Error("stage3"), Is.LessThan(0.6 * Error("input")), $"{result}");
        Assert.That(Error("fc"), Is.LessThan(Error("input")), "ten numbers in place of 784 pixels");
        Assert.That(result.Output, Does.Contain("stage1").And.Contain("16x28x28").And.Match(@"stage1 +16x28x28 +3,136 "), "maps of 12,544 numbers are averaged over 2x2");
        Assert.That(result.Output, Does.Match(@"(?m)^The output of \S+ separates the classes best"));
    }

    [Test, NonParallelizable]
    public void T11_TheSameSeedGivesTheSameTableOnAnyNumberOfThreads()
    {
        string[] arguments = ["probe", folder.File("run"), "--layer", "pool2", "--limit", "200", "--seed", "3"];
        int threads = ParallelLoop.MaxThreads;
        try
        {
            ParallelLoop.MaxThreads = 1;
            string one = Refnet.Run(arguments).Output;
            ParallelLoop.MaxThreads = 7;
            Assert.That(Refnet.Run(arguments).Output, Is.EqualTo(one).And.Contain("pool2").And.Not.Contain("stage1"));
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }
    }

    // Each classifier begins anew, whether the network is run once for it or once for all.
    [Test]
    public void LayersTogetherGiveWhatEachGivesAlone()
    {
        string[] Rows(params string[] layers) => [.. Refnet.Run(["probe", folder.File("run"), "--limit", "200", .. layers.SelectMany(layer => (string[])["--layer", layer])])
            .Output.Split('\n').Where(line => line.TrimEnd().EndsWith('%')).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.That(Rows("input", "pool2", "fc"), Is.EqualTo((string[])[.. Rows("input"), .. Rows("pool2"), .. Rows("fc")]).And.Length.EqualTo(3));
    }

    [TestCase("--layer", "stage9", "stage9")]
    [TestCase("--limit", "1", "--limit: expected a whole number of 2 or more; found '1'.")]
    [TestCase("--data", "nowhere", "nowhere")]
    public void BadInputIsAMistakeInOneLine(string option, string value, string message)
    {
        Refnet.Result result = Refnet.Run("probe", folder.File("run"), option, value);
        Assert.That(result.Code, Is.EqualTo(Host.BadInput), $"{result}");
        Assert.That(result.Error, Does.Contain(message).And.Not.Contain("   at "));
    }
}
