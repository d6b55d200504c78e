using System.Text.Json;
using NUnit.Framework;
using RefNet.Tests.Training;
using RefNet.Training;
using RefNet.Web;
using RefNet.Web.Served;
using RefNet.Web.Trainings;

namespace RefNet.Tests.Web;

/// <summary>Training on the page is that of refnet train, with a hand on it.</summary>
[TestFixture]
public sealed class LiveTrainingTests
{
    private TemporaryFolder runs = null!;
    private ServedSettings settings = null!;
    private ServedNetworks networks = null!;
    private LiveTrainings trainings = null!;
    private int number;

    [SetUp]
    public void Make()
    {
        runs = new TemporaryFolder();
        settings = DigitRun.Settings(run: null, runs) with { NewFolder = name => runs.File($"{name}-{++number}") };
        networks = new ServedNetworks(settings);
        trainings = new LiveTrainings(settings, networks);
    }

    [TearDown]
    public void Clean()
    {
        trainings.Dispose();
        runs.Dispose();
    }

    private static TrainingRequest Request => new("lenet5-modern", Epochs: 2);

    [Test]
    public async Task APauseChangesNoBit()
    {
        LiveTraining whole = trainings.Start(Request);
        whole.Join();
        LiveTraining paused = trainings.Start(Request);
        for (int i = 0; i < 3; i++)
        {
            paused.Pause();
            JsonElement state = await First(paused, "state", told => told.GetProperty("state").GetString() is "paused" or "done");
            if (i == 0)
                Assert.That(state.GetProperty("state").GetString(), Is.EqualTo("paused"), "it waits");
            paused.Resume();
        }

        paused.Join();
        Assert.That((whole.State, paused.State), Is.EqualTo(("done", "done")));
        foreach (string file in new[] { "best.safetensors", "last.safetensors" })
            Assert.That(File.ReadAllBytes(Path.Combine(paused.Folder, file)), Is.EqualTo(File.ReadAllBytes(Path.Combine(whole.Folder, file))), file);
    }

    [Test]
    public async Task ATrainingThatWaitsCanBeStopped()
    {
        LiveTraining training = trainings.Start(new TrainingRequest("lenet5-modern", Epochs: 500));
        training.Pause();
        await First(training, "state", told => told.GetProperty("state").GetString() == "paused");
        Assert.That(training.IsActive, Is.True);
        training.Stop();
        training.Join();
        Assert.That(training.State, Is.EqualTo("stopped"));
    }

    [Test]
    public void TheRunIsThatOfTheCommand()
    {
        LiveTraining live = trainings.Start(Request);
        live.Join();
        using TrainingRun run = TrainingRun.Start(live.Options, settings.ReadData().Set, runs.File("command"));
        run.Train(new SilentObserver(), CancellationToken.None);
        Assert.That(File.ReadAllBytes(Path.Combine(live.Folder, "best.safetensors")), Is.EqualTo(File.ReadAllBytes(run.Folder.Best)));
    }

    [Test]
    public async Task AnotherRateIsTakenFromTheNextStepOn()
    {
        LiveTraining training = trainings.Start(new TrainingRequest("lenet5-modern", Epochs: 500));
        training.Pause();
        await First(training, "state", told => told.GetProperty("state").GetString() == "paused");
        training.ChangeRate(0.5);
        training.Resume();
        // The rate of an epoch is that of its first step: the first epoch has begun already.
        JsonElement epoch = await First(training, "epoch", told => told.GetProperty("epoch").GetInt32() == 2);
        double usual = training.Options.CreateSchedule().RateOf(1);
        Assert.That(epoch.GetProperty("learningRate").GetDouble(), Is.EqualTo(usual / 2).Within(1e-15));
        Assert.That(() => training.ChangeRate(0), Throws.TypeOf<InputException>());
        training.Stop();
        training.Join();
    }

    [Test]
    public async Task WhatHappensIsTold()
    {
        LiveTraining training = trainings.Start(Request);
        training.Join();
        List<TrainingEvent> told = [];
        await foreach (TrainingEvent what in training.Events.Listen(CancellationToken.None))
            told.Add(what);
        Assert.That(told.Select(what => what.Name), Is.SupersetOf(new[] { "progress", "epoch", "filters", "mistakes", "state" }));
        Assert.That(told.Count(what => what.Name == "epoch"), Is.EqualTo(2), "whoever comes later is told of all epochs");
        JsonElement state = JsonSerializer.SerializeToElement(told.Last(what => what.Name == "state").Data, JsonSerializerOptions.Web);
        Assert.That(state.GetProperty("state").GetString(), Is.EqualTo("done"));
        Assert.That(state.GetProperty("network").GetInt32(), Is.EqualTo(1), "the network can be looked into");
        Assert.That(networks[1].Best.Architecture.Name, Is.EqualTo("lenet5-modern"));
    }

    [Test]
    public void ALossThatExplodesIsTold()
    {
        LiveTraining training = trainings.Start(new TrainingRequest("lenet5-modern", "sgd", LearningRate: 1e30, Epochs: 2));
        training.Join();
        Assert.That(training.State, Is.EqualTo("failed"));
    }

    [Test]
    public void TwoTrainBesideEachOtherAndAThirdWaits()
    {
        LiveTraining[] two = [.. Enumerable.Range(0, 2).Select(_ => trainings.Start(new TrainingRequest("lenet5-modern", Epochs: 500)))];
        Assert.That(() => trainings.Start(Request), Throws.TypeOf<BusyException>().With.Message.Contains("Expected at most 2 trainings"));
        two[0].Stop();
        two[0].Join();
        trainings.Start(Request).Join();
    }

    [Test]
    public async Task WithoutDataThePageSaysSo()
    {
        await using PageClient page = await PageClient.Start(run: null, settings => settings with { ReadData = () => throw new InputException("There is no data set 'mnist'.") });
        Assert.That($"{await page.Get("/api/trainings/choices")}", Does.Contain("There is no data set"));
        Assert.That((await page.Get("/api/networks")).GetProperty("networks").GetArrayLength(), Is.Zero, "and nothing is trained unasked");
    }

    // The first event of a name that fits.
    private static async Task<JsonElement> First(LiveTraining training, string name, Func<JsonElement, bool> fits)
    {
        await foreach (TrainingEvent what in training.Events.Listen(CancellationToken.None))
        {
            if (what.Name == name && JsonSerializer.SerializeToElement(what.Data, JsonSerializerOptions.Web) is var data && fits(data))
                return data;
        }

        throw new InvalidOperationException($"The training ended without such an event: {name}.");
    }
}
