using NUnit.Framework;
using RefNet.Data;
using RefNet.Tests.Data;
using RefNet.Training;

namespace RefNet.Tests.Console;

/// <summary>refnet train --resume: a stopped run ends as one that never stopped, and is refused where it is not whole.</summary>
[TestFixture]
public sealed class ResumeTests : CommandTests
{
    [Test]
    public void ARunStoppedByTheUserIsResumedToTheSameBytes()
    {
        Train("whole", "mlp");
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Refnet.Result stopped = Refnet.Run(stop.Token, false, Arguments("run", "mlp"));
        Assert.That(stopped.Code, Is.EqualTo(130), $"{stopped}");
        Assert.That(stopped.Error, Does.Contain($"To resume: dotnet run -c Release --project RefNet.Console -- train --resume {Folder.File("run")}"));

        Refnet.Result resumed = Refnet.Run("train", "--resume", Folder.File("run"));
        Assert.That(resumed.Code, Is.Zero, $"{resumed}");
        Assert.That(File.ReadAllBytes(Folder.File("run/last.safetensors")), Is.EqualTo(File.ReadAllBytes(Folder.File("whole/last.safetensors"))));

        Refnet.Result longer = Refnet.Run("train", "mlp", "--resume", Folder.File("run"), "--epochs", "3");
        Assert.That(longer.Code, Is.Zero, $"{longer}");
        Assert.That(longer.Output, Does.Match(@"(?m)^ +1/3 ").And.Match(@"(?m)^ +3/3 "), "epochs that were done before are shown too");

        Assert.That(File.ReadAllText(Folder.File("run/config.json")), Does.Contain("\"epochs\": 3"), "the configuration is that of the whole run");
        Assert.That(Refnet.Run("train", "--resume", Folder.File("run"), "--epochs", "2").Error, Does.Contain("--epochs: expected 3 or more"));

        Refnet.Result other = Refnet.Run("train", "lenet5", "--resume", Folder.File("run"));
        Assert.That(other.Code, Is.EqualTo(2));
        Assert.That(other.Error, Does.Contain("expected a run of lenet5; found one of mlp"));
    }

    [Test]
    public void AFolderWithAnotherRunInProgressIsRefusedAndCanBeRead()
    {
        Train("run", "mlp");
        byte[] pixels = Mnist.Load(Bars.Path).Test.Pixels(0).ToArray();
        string picture = Folder.Write("bar.png", Png.Write(new GreyImage(pixels, 28, 28)));
        using RunFolder busy = RunFolder.Open(Folder.File("run"));
        busy.TakeLock();
        foreach (Refnet.Result refused in new[] { Refnet.Run("train", "--resume", Folder.File("run"), "--epochs", "3"), Train("run", "mlp") })
        {
            Assert.That(refused.Code, Is.EqualTo(2), $"{refused}");
            Assert.That(refused.Error, Does.StartWith($"error: {Folder.File("run")}: another process trains in this folder."));
        }

        Assert.That(Refnet.Run("evaluate", Folder.File("run")).Code, Is.Zero);
        Assert.That(Refnet.Run("predict", Folder.File("run"), picture).Code, Is.Zero);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Shells of Windows quote in other ways.")]
    public void TheCommandToResumeCanBePastedIntoAShell()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Refnet.Result stopped = Refnet.Run(stop.Token, false, Arguments("a b;touch OWNED", "mlp"));
        Assert.That(stopped.Error.TrimEnd(), Does.EndWith($"train --resume '{Folder.File("a b;touch OWNED")}'"));
    }

    [TestCase(1, "", "expected 2 epochs in history.csv; found 1")]
    [TestCase(1, "2,0.5", "history.csv: expected a row for each epoch")]
    [TestCase(1, "2,x,0,0,0,0,0", "history.csv: expected a row for each epoch")]
    public void ADamagedHistoryIsRefused(int rows, string added, string part)
    {
        Train("run", "mlp");
        string[] lines = [.. File.ReadLines(Folder.File("run/history.csv")).Take(1 + rows), added];
        File.WriteAllLines(Folder.File("run/history.csv"), lines.Where(line => line.Length > 0));
        Refnet.Result result = Refnet.Run("train", "--resume", Folder.File("run"), "--epochs", "3");
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(result.Error, Does.Contain(part));
    }
}
