using System.Text;
using System.Text.Json;
using NUnit.Framework;
using RefNet.Data;
using RefNet.Tests.Data;
using RefNet.Tests.Data.Digits;
using RefNet.Tests.Training;
using RefNet.Tests.Web;

namespace RefNet.Tests.Console;

/// <summary>What predict reads in pictures, and what it says where a network alone would be too sure.</summary>
[TestFixture]
public sealed class PredictCommandTests : CommandTests
{
    [Test]
    public void PredictNamesTheDigitOfEachPictureAndEachBadPicture()
    {
        Train("run", "mlp");
        ImageSet digits = Mnist.Load(DataFolder.Mnist).Test;
        string picture = Folder.Write("7.png", Png.Write(new GreyImage(digits.Pixels(0).ToArray(), 28, 28)));
        string empty = Folder.Write("empty.png", Png.Write(new GreyImage(new byte[100], 10, 10)));
        string text = Folder.Write("text.png", "no picture"u8.ToArray());

        Refnet.Result good = Refnet.Run("predict", Folder.File("run"), picture);
        Assert.That(good.Code, Is.Zero, $"{good}");
        Assert.That(Line(good, picture), Does.Match(@": \d( \(uncertain\))?$"));
        Assert.That(good.Output.Split('\n').Count(line => line.EndsWith(" %", StringComparison.Ordinal)), Is.EqualTo(3), "the three best with probabilities");
        Assert.That(good.Output, Does.Contain("@"), "a picture of what the network saw");
        Assert.That(good.Output.Split('\n'), Has.Length.GreaterThan(14), "a line for each two rows of pixels");

        Refnet.Result mixed = Refnet.Run("predict", Folder.File("run"), empty, text, Folder.File("none.png"), picture);
        Assert.That(mixed.Code, Is.EqualTo(2), $"{mixed}");
        Assert.That(mixed.Error, Does.Contain($"error: {empty}: Expected a picture of digits; found no ink"));
        Assert.That(mixed.Error, Does.Contain($"error: {text}: expected a PNG, JPEG, PGM or PPM picture"));
        Assert.That(mixed.Error, Does.Contain($"error: {Folder.File("none.png")}: expected a file; found nothing"));
        Assert.That(mixed.Output, Is.EqualTo(good.Output), "the good one is read all the same");
    }

    [Test]
    public void PredictReadsSeveralDigitsAndShowsAndWritesWhatItFound()
    {
        Train("run", "mlp");
        Sheet sheet = new(120, 300);
        for (int n = 0; n < 3; n++)
            sheet.Draw(DrawnDigits.Form(n + 2, 0), top: 20, left: 10 + 95 * n, side: 80, pen: 6);
        string picture = Folder.Write("three.png", Png.Write(sheet.Photograph()));
        string empty = Folder.Write("empty.png", Png.Write(new GreyImage(new byte[100], 10, 10)));
        Refnet.Result result = Refnet.Run("predict", Folder.File("run"), picture, empty, "--show", Folder.File("show.png"), "--json", Folder.File("found.json"));
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(Line(result, picture), Does.Match(@": \d\d\d \(3 digits, from left to right(; uncertain: .*)?\)$"));
        Assert.That(ImageFile.Read(Folder.File("show.png")).Columns, Is.GreaterThan(1000), "four panels and three images");

        JsonElement[] pictures = [.. JsonDocument.Parse(File.ReadAllText(Folder.File("found.json"))).RootElement.GetProperty("pictures").EnumerateArray()];
        Assert.That(pictures[1].GetProperty("error").GetString(), Does.Contain("no ink"));
        JsonElement[] digits = [.. pictures[0].GetProperty("digits").EnumerateArray()];
        Assert.That(digits, Has.Length.EqualTo(3));
        Assert.That(digits.Select(digit => digit.GetProperty("box").GetProperty("left").GetInt32()), Is.Ordered);
        Assert.That(digits.Select(digit => digit.GetProperty("probabilities").EnumerateArray().Sum(p => p.GetDouble())), Is.All.EqualTo(1).Within(1e-5));
        Assert.That(digits[0].GetProperty("uncertain").ValueKind, Is.AnyOf(JsonValueKind.True, JsonValueKind.False));
    }

    [Test]
    public void PredictNamesTheClassesThatTheRunHasLearnt()
    {
        using DataFolder data = DataFolder.With(SyntheticData.Create());
        data.Write("classes.txt", Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 10).Select(c => $"bar {c}"))));
        Refnet.Run([.. Arguments("run", "mlp").Select(word => word == Bars.Path ? data.Path : word)]);
        byte[] pixels = Mnist.Load(data.Path).Test.Pixels(0).ToArray();
        string picture = Folder.Write("bar.png", Png.Write(new GreyImage(pixels, 28, 28)));
        Refnet.Result result = Refnet.Run("predict", Folder.File("run"), picture);
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Match(@"(?m)\.png: (\d) bar \1( \(uncertain\))?$").And.Match(@"(?m)^  (\d) bar \1  \d"));
    }

    [Test]
    public void T6_EvaluateAndPredictPrepareInputsAsTrainingDid()
    {
        string picture = Folder.Write("bar.png", Png.Write(new GreyImage([.. Enumerable.Range(0, 784).Select(i => (byte)(i / 28 is > 11 and < 16 ? 255 : 0))], 28, 28)));
        Refnet.Result trained = Train("run", "mlp", "--prepare", "standardize");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        Refnet.Result evaluated = Refnet.Run("evaluate", Folder.File("run"));
        Assert.That(Line(evaluated, "Test error: "), Is.EqualTo(Line(trained, "Test error: ")));
        Assert.That(Refnet.Run("predict", Folder.File("run"), picture).Code, Is.Zero);
        File.Delete(Folder.File("run/preparation.safetensors"));
        Assert.That(Refnet.Run("predict", Folder.File("run"), picture), Has.Property("Code").EqualTo(2).And.Property("Error").Contains("preparation.safetensors"));
        Assert.That(Train("wrong", "mlp", "--prepare", "white"), Has.Property("Code").EqualTo(2).And.Property("Error").Contains("Expected a preparation of inputs, one of center,"));
    }

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
        string show = Folder.File("show.png");
        Refnet.Result result = Refnet.Run("predict", DigitRun.Path, picture, "--show", show, "--json", Folder.File("found.json"));
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Match(@"touching\.png: \d+ \([23] digits, from left to right; digits that touched were cut apart; uncertain: digit 1, digit 2|uncertain: perhaps several digits that touch"));
        Assert.That(File.ReadAllText(Folder.File("found.json")), Does.Contain("\"doubt\": "));
        Assert.That(File.Exists(show));
    }

    [Test]
    public void WithoutTheTrainingImagesItSaysWhatIsNotNoticed()
    {
        using DataFolder data = DataFolder.With(SyntheticData.Create());
        Refnet.Result trained = Refnet.Run("train", "mlp", "--data", data.Path, "--epochs", "1", "--validation", "60", "--out", Folder.File("run"), "--plain");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        string picture = Draw("3.png", new Sheet(200, 200).Draw(DrawnDigits.Form(3, 0), pen: 12));
        Assert.That(Refnet.Run("predict", Folder.File("run"), picture).Output, Does.Not.Contain("are missing"));
        File.Delete(data.File(DataFolder.Names[0]));
        Refnet.Result result = Refnet.Run("predict", Folder.File("run"), picture);
        Assert.That((result.Code, result.Error), Is.EqualTo((0, "")));
        Assert.That(result.Output, Does.Contain("are missing: images unlike them are not detected, and digits that touch are not cut apart."));
    }

    private string Draw(string name, Sheet sheet) => Folder.Write(name, Png.Write(sheet.Photograph()));
}
