using NUnit.Framework;
using RefNet.Tests.Data;
using RefNet.Tests.Data.Digits;
using RefNet.Tests.Training;
using RefNet.Tests.Web;

namespace RefNet.Tests.Console;

/// <summary>What predict says where a network alone would be too sure.</summary>
[TestFixture]
public sealed class PredictCommandTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void DrawnDigitsAreNotUnlikeTheTrainingImages()
    {
        string[] pictures = [.. Enumerable.Range(0, 10).Select(digit => Draw($"{digit}.png", new Sheet(200, 200).Draw(DrawnDigits.Form(digit, 0), pen: 12)))];
        Refnet.Result result = Refnet.Run(["predict", DigitRun.Path, .. pictures]);
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Not.Contain("unlike").And.Not.Contain("are missing"));
    }

    // Its image is farther from the digits of any class than is usual, so that the answer does not matter.
    [Test]
    public void AHouseIsCalledUncertain()
    {
        string picture = Draw("house.png", new Sheet(200, 200).Draw(
            [[new(.2, .9), new(.2, .4), new(.5, .1), new(.8, .4), new(.8, .9), new(.2, .9)], [new(.4, .9), new(.4, .6), new(.6, .6), new(.6, .9)]], pen: 14));
        Assert.That(Refnet.Run("predict", DigitRun.Path, picture).Output, Does.Match(@"house\.png: \d \(uncertain"));
    }

    // Which digits it finds depends on the network.
    [Test]
    public void DigitsThatTouchAreCutApartOrSaidToTouch()
    {
        Point[] Ring(double x) => [.. Enumerable.Range(0, 41).Select(i => new Point(x + 0.2 * Math.Cos(i * Math.PI / 20), 0.5 + 0.3 * Math.Sin(i * Math.PI / 20)))];
        string picture = Draw("touching.png", new Sheet(200, 400).Draw([Ring(0.5), Ring(0.92)], top: 0, left: 0, side: 200, pen: 14));
        string show = folder.File("show.png");
        Refnet.Result result = Refnet.Run("predict", DigitRun.Path, picture, "--show", show, "--json", folder.File("found.json"));
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Match(@"touching\.png: \d+ \([23] digits, from left to right; digits that touched were cut apart; uncertain: digit 1, digit 2|uncertain: perhaps several digits that touch"));
        Assert.That(File.ReadAllText(folder.File("found.json")), Does.Contain("\"doubt\": "));
        Assert.That(File.Exists(show));
    }

    [Test]
    public void WithoutTheTrainingImagesItSaysWhatIsNotNoticed()
    {
        using DataFolder data = DataFolder.With(SyntheticData.Create());
        Refnet.Result trained = Refnet.Run("train", "mlp", "--data", data.Path, "--epochs", "1", "--validation", "60", "--out", folder.File("run"), "--plain");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        string picture = Draw("3.png", new Sheet(200, 200).Draw(DrawnDigits.Form(3, 0), pen: 12));
        Assert.That(Refnet.Run("predict", folder.File("run"), picture).Output, Does.Not.Contain("are missing"));
        File.Delete(data.File(DataFolder.Names[0]));
        Refnet.Result result = Refnet.Run("predict", folder.File("run"), picture);
        Assert.That((result.Code, result.Error), Is.EqualTo((0, "")));
        Assert.That(result.Output, Does.Contain("are missing: images unlike them are not detected, and digits that touch are not cut apart."));
    }

    private string Draw(string name, Sheet sheet) => folder.Write(name, Png.Write(sheet.Photograph()));
}
