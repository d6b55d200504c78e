using NUnit.Framework;
using RefNet.Data;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Training;

[TestFixture]
public sealed class EarlyStoppingTests
{
    // The best is the fourth of them; the two after it, one of them equal, bring none smaller.
    [TestCase(2, 6), TestCase(1, 3, Description = "the third is worse than the second"), TestCase(3, 7), TestCase(4, null)]
    public void T5_ItStopsAtTheRightEpochOfAScript(int patience, int? expected)
    {
        double[] script = [3, 2, 2.5, 1, 1, 4, 1.5];
        int? stopped = null;
        for (int epochs = 1; epochs <= script.Length && stopped is null; epochs++)
        {
            if (EarlyStopping.IsDue(script[..epochs], patience))
                stopped = epochs;
        }

        Assert.That(stopped, Is.EqualTo(expected));
    }

    [Test]
    public void T5_NoEpochsAreNoReasonToStop() => Assert.That(EarlyStopping.IsDue([], patience: 1), Is.False);

    // Twenty images are soon learnt by heart.
    [Test]
    public void T5_ARunStopsWhenItsPatienceEndsAndTestsItsBestWeights([Values(1, 2)] int patience)
    {
        using TemporaryFolder folder = new();
        Dataset data = SyntheticData.Create();
        RunOptions options = RunOptions.Of(Architectures.Find("mlp")) with { Epochs = 40, BatchSize = 16, Validation = 50, Limit = 20, Patience = patience };
        TrainingRun run = TrainingRun.Start(options, data, folder.File("run"));
        Evaluation test = run.Run(new SilentObserver(), default);

        double[] losses = [.. run.History.Select(epoch => epoch.ValidationLoss!.Value)];
        Assert.That(run.StoppedEarly, Is.True);
        Assert.That(losses, Has.Length.LessThan(40));
        Assert.That(Array.IndexOf(losses, losses.Min()), Is.EqualTo(losses.Length - 1 - patience));
        Assert.That(run.Best!.Epoch, Is.EqualTo(losses.Length - patience));

        RunOptions untilBest = options with { Epochs = run.Best.Epoch, Patience = 0 };
        Assert.That(TrainingRun.Start(untilBest, data, folder.File("until best")).Run(new SilentObserver(), default).Loss, Is.EqualTo(test.Loss), "the weights of the best epoch are tested");

        RunFolder again = RunFolder.Open(folder.File("run"));
        using TrainingRun resumed = TrainingRun.Resume(again.ReadOptions(), data, again);
        Assert.That(resumed.Run(new SilentObserver(), default).Loss, Is.EqualTo(test.Loss));
        Assert.That(resumed.History, Has.Count.EqualTo(losses.Length), "a run that has stopped trains no more");
    }
}
