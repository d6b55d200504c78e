using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Data;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Whatever the options of a run are together, its bits depend on nothing else: neither on threads, nor on being stopped and resumed.</summary>
[TestFixture, NonParallelizable]
public sealed class DrawnOptionsTests
{
    private const int Epochs = 4;

    private static readonly Dataset Data = SyntheticData.Create(trainingImages: 70, testImages: 20);

    [Test]
    public void TheSameOptionsGiveTheSameBytesOnAnyNumberOfThreadsResumedOrNot([Range(1, 5)] int draw)
    {
        RunOptions options = Draw(Seeds.Create(2026, draw));
        TestContext.Out.WriteLine(options);
        using TemporaryFolder folder = new();
        int threads = ParallelLoop.MaxThreads, stopAt = 2 + draw % (Epochs - 1);
        try
        {
            ParallelLoop.MaxThreads = 1;
            TrainingRun.Start(options, Data, folder.File("one")).Run(new SilentObserver(), default);
            ParallelLoop.MaxThreads = 2;
            TrainingRun.Start(options, Data, folder.File("two")).Run(new SilentObserver(), default);

            ParallelLoop.MaxThreads = 7;
            using CancellationTokenSource stop = new();
            SilentObserver observer = new(progress =>
            {
                if (progress.Epoch == stopAt)
                    stop.Cancel();
            });
            try
            {
                TrainingRun.Start(options, Data, folder.File("resumed")).Run(observer, stop.Token);
            }
            catch (OperationCanceledException)
            {
                RunFolder run = RunFolder.Open(folder.File("resumed"));
                TrainingRun.Resume(run.ReadOptions(), Data, run).Run(new SilentObserver(), default);
            }
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }

        foreach (string file in new[] { "best.safetensors", "last.safetensors", "resume.safetensors" })
        {
            foreach (string run in new[] { "two", "resumed" })
                Assert.That(File.ReadAllBytes(folder.File($"{run}/{file}")), Is.EqualTo(File.ReadAllBytes(folder.File($"one/{file}"))), $"{file} of {run}");
        }
    }

    private static RunOptions Draw(Random random)
    {
        string model = Of("mlp", "lenet5-modern", "digits");
        bool validates = random.Next(4) > 0;
        return RunOptions.Of(Architectures.Find(model)) with
        {
            Epochs = Epochs,
            BatchSize = random.Next(3, 24),
            Optimizer = Of("sgd", "momentum", "momentum-steps", "momentum-mean", "nesterov", "adam"),
            LearningRate = 0.002 * random.Next(1, 5),
            Schedule = Of("", "warmup:1.5+") + Of("constant", "exponential:0.3", "inverse:1", "step:2:0.5", "multistep:1,3:0.5", "cosine:0.1", "onecycle", validates ? "plateau:1:0.5" : "cosine"),
            WeightDecay = Of(0, 0.001),
            L1 = Of(0, 1e-5),
            LabelSmoothing = Of(0, 0.1),
            Clip = Of(0, 0.5),
            Accumulate = Of(1, 2, 3),
            Average = Of(0, 0.9),
            Patience = validates ? Of(0, 1) : 0,
            Validation = validates ? 20 : 0,
            Rates = Of(null, Rates(model)),
            Seed = random.Next(),
        };

        // The first layer slower, the last faster.
        static string Rates(string model)
        {
            string[] paths = [.. RefNet.Layers.Paths.NamedParameters(Architectures.Find(model).Create<float>(seed: 1)).Select(named => named.Path[..named.Path.LastIndexOf('.')])];
            return $"{paths[0]}=0.1,{paths[^1]}=1.5";
        }

        TOption Of<TOption>(params TOption[] options) => options[random.Next(options.Length)];
    }
}
