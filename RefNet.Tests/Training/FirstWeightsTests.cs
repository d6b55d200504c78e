using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Interop;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Tensors;
using RefNet.Tests.Console;
using RefNet.Tests.Data;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Transfer: first weights of another run or file, and layers that stay as they are.</summary>
[TestFixture, NonParallelizable]
public sealed class FirstWeightsTests
{
    private static readonly Dataset Bars = SyntheticData.Create();
    private static readonly RunOptions Options = RunOptions.Of(Architectures.Find("mlp")) with { Epochs = 3, BatchSize = 16, Validation = 60, Average = 0.9, WeightDecay = 0.001, L1 = 0.0001 };

    private TemporaryFolder folder = null!;

    [OneTimeSetUp]
    public void TrainTheSource()
    {
        folder = new TemporaryFolder();
        Train(Options with { Epochs = 1 }, "source");
    }

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void T11_FrozenWeightsAreBitIdenticalAfterTraining()
    {
        Train(Options with { From = folder.File("source"), Freeze = "F1,F2", Seed = 2, Clip = 1 }, "frozen");
        foreach (string file in new[] { "best.safetensors", "last.safetensors" })
        {
            TensorFile before = TensorFile.Read(folder.File("source/best.safetensors")), after = TensorFile.Read(folder.File($"frozen/{file}"));
            foreach (string name in new[] { "F1.weight", "F1.bias", "F2.weight", "F2.bias" })
                Assert.That(Bits(after, name), Is.EqualTo(Bits(before, name)), name);
            Assert.That(Bits(after, "Output.weight"), Is.Not.EqualTo(Bits(before, "Output.weight")), "the head learns");
        }
    }

    // With one-hot y and p = softmax(features Wᵀ + b), the gradient of the mean loss is dW = (p - y)ᵀ features / N.
    [Test]
    public void T11_TheGradientOfAHeadAloneIsFeaturesTransposedTimesPMinusY()
    {
        Network<double> network = new MultilayerPerceptron().Create<double>(seed: 3);
        Batch<double> batch = new Batches<double>(Bars.Training, new PixelScaling(), batchSize: 7).InOrder().First();
        FreezeAllBut(network, "Output");
        new Objective<double>(network, () => new SoftmaxCrossEntropy<double>()).ComputeGradients(batch.Images, batch.Targets);

        Tensor<double> features = network["Output"].Input!, y = network.Output!, gradient = network["Output"].Parameters[0].Gradient;
        double[,] error = new double[7, 10];
        for (int n = 0; n < 7; n++)
        {
            double sum = 0;
            for (int c = 0; c < 10; c++)
                sum += Math.Exp(y[n, c]);
            for (int c = 0; c < 10; c++)
                error[n, c] = Math.Exp(y[n, c]) / sum - (batch.Labels[n] == c ? 1 : 0);
        }

        for (int c = 0; c < 10; c++)
        {
            for (int d = 0; d < features.Shape[1]; d++)
                Assert.That(gradient[c, d], Is.EqualTo(Enumerable.Range(0, 7).Sum(n => error[n, c] * features[n, d]) / 7).Within(1e-12));
        }

        Assert.That(network["F1"].Parameters.SelectMany(parameter => parameter.Gradient.Values.ToArray()), Is.All.Zero);
    }

    [Test]
    public void T11_ARunThatIsResumedHasTheSameBitsAlsoWithoutItsSourceAndOnAnyNumberOfThreads()
    {
        File.Copy(folder.File("source/best.safetensors"), folder.File("copy.safetensors"));
        RunOptions options = Options with { From = folder.File("copy.safetensors"), Freeze = "F1" };
        int threads = ParallelLoop.MaxThreads;
        try
        {
            ParallelLoop.MaxThreads = 1;
            Train(options, "whole");
            ParallelLoop.MaxThreads = 2;
            Train(options with { Epochs = 2 }, "resumed");
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }

        File.Delete(folder.File("copy.safetensors"));
        RunFolder run = RunFolder.Open(folder.File("resumed"));
        TrainingRun.Resume(run.ReadOptions() with { Epochs = 3 }, Bars, run).Train(new SilentObserver(), default);
        foreach (string file in new[] { "best.safetensors", "last.safetensors", "resume.safetensors" })
            Assert.That(File.ReadAllBytes(folder.File($"resumed/{file}")), Is.EqualTo(File.ReadAllBytes(folder.File($"whole/{file}"))), file);
    }

    [Test]
    public void AHeadForOtherClassesKeepsDrawnWeights()
    {
        Network<float> seven = (new MultilayerPerceptron() with { Classes = 7 }).Create<float>(seed: 5);
        NetworkWeightsFile("seven.safetensors", seven);
        TrainingRun run = TrainingRun.Start(Options with { From = folder.File("seven.safetensors") }, Bars, folder.File("ten"));
        run.Dispose();
        Assert.That(run.Redrawn, Is.EqualTo(new[] { "Output" }));

        Network<float> ten = new MultilayerPerceptron().Create<float>(seed: 6);
        float[] drawn = ten["Output"].Parameters[0].Value.Values.ToArray();
        Assert.That(NetworkWeights.LoadAllButHeads(ten, TensorFile.Read(folder.File("seven.safetensors"))), Is.EqualTo(new[] { "Output" }));
        Assert.That(ten["Output"].Parameters[0].Value.Values.ToArray(), Is.EqualTo(drawn));
        Assert.That(ten["F1"].Parameters[0].Value.Values.ToArray(), Is.EqualTo(seven["F1"].Parameters[0].Value.Values.ToArray()));
    }

    [Test]
    public void WeightsThatDoNotFitOtherwiseAreAnError()
    {
        Network<float> other = new(new Shape(1, 28, 28), 1, new Flatten<float>(), new Dense<float>(784, 30) { Name = "F1" }, new Dense<float>(30, 7) { Name = "Output" });
        NetworkWeightsFile("other.safetensors", other);
        Assert.That(() => Train(Options with { From = folder.File("other.safetensors") }, "none"), Throws.TypeOf<InputException>().With.Message.Contains("F1.weight as 30x784 instead of"));
        Assert.That(() => Train(Options with { From = folder.File("nowhere") }, "none"), Throws.TypeOf<InputException>().With.Message.Contains("nowhere"));
        Assert.That(Directory.Exists(folder.File("none")), Is.False, "no folder is left");
    }

    [TestCase("F9", "There is no layer 'F9'"), TestCase("F9", "it has Flatten1, F1, "), TestCase("F1,F2,Output", "expected some that leave a layer to learn"), TestCase("F1,", "paths with commas between")]
    public void WhatCannotBeFrozenIsAnError(string paths, string message) =>
        Assert.That(() => Train(Options with { Freeze = paths }, "none"), Throws.TypeOf<InputException>().With.Message.Contains(message));

    [Test]
    public void ABlockFreezesWhatIsInIt()
    {
        Network<float> network = Architectures.Find("digits").Create<float>(seed: 1);
        FirstWeights.Freeze(network, "stage1,stage2.conv1");
        Assert.That(network.NamedParameters().Where(place => place.Parameter.IsFrozen).Select(place => place.Path), Is.EquivalentTo(
            network.NamedParameters().Select(place => place.Path).Where(path => path.StartsWith("stage1.", StringComparison.Ordinal) || path.StartsWith("stage2.conv1.", StringComparison.Ordinal))));
    }

    [Test]
    public void WhatTheFileHeldBelongsToTheRunAndItsPathDoesNot()
    {
        RunOptions bound = FirstWeights.Bind(Options with { From = folder.File("source") });
        Assert.That(RunFingerprint.Of(bound with { From = "/elsewhere" }), Is.EqualTo(RunFingerprint.Of(bound)));
        Assert.That(RunFingerprint.Of(bound with { FromSha256 = new string('0', 64) }), Is.Not.EqualTo(RunFingerprint.Of(bound)));
        Assert.That(RunFingerprint.Of(Options with { Freeze = "F1" }), Is.Not.EqualTo(RunFingerprint.Of(Options)));
        Assert.That(() => FirstWeights.Bind(bound with { FromSha256 = new string('0', 64) }), Throws.TypeOf<InputException>().With.Message.Contains("with SHA-256 0000"));
    }

    [Test]
    public void TheConsoleTakesARunAndNamesWhatIsFrozen()
    {
        using DataFolder bars = DataFolder.With(Bars);
        Refnet.Result trained = Refnet.Run(
            "train", "mlp", "--data", bars.Path, "--epochs", "1", "--validation", "60", "--from", folder.File("source"), "--freeze", "F1", "--out", folder.File("console"));
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        Assert.That(trained.Output, Does.Contain($"initial weights from {folder.File("source")}, frozen F1"));
        Assert.That(RunFolder.Open(folder.File("console")).ReadOptions().FromSha256, Has.Length.EqualTo(64));
    }

    private static void FreezeAllBut(Network<double> network, string path)
    {
        network.IsFrozen = true;
        network[path].IsFrozen = false;
    }

    private void NetworkWeightsFile(string name, Network<float> network)
    {
        using FileStream stream = File.Create(folder.File(name));
        Safetensors.Write(stream, network.NamedParameters().ToDictionary(place => place.Path, place => place.Parameter.Value), new Dictionary<string, string>());
    }

    private void Train(RunOptions options, string name) => TrainingRun.Start(options, Bars, folder.File(name)).Train(new SilentObserver(), default);

    private static int[] Bits(TensorFile file, string name) => [.. file.Tensor<float>(name).Values.ToArray().Select(BitConverter.SingleToInt32Bits)];
}
