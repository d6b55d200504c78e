using NUnit.Framework;
using RefNet.Gpu;
using RefNet.Gpu.Api;
using RefNet.LinearAlgebra;
using RefNet.Tests.Data;
using RefNet.Tests.Gpu.Fake;
using RefNet.Tests.Training;

namespace RefNet.Tests.Console;

/// <summary>--device and refnet gpu, on machines without CUDA and on one with a CUDA that computes on the processor.</summary>
[TestFixture]
public sealed class DeviceTests
{
    private const string NoDriver = "CUDA cannot be used here. NVIDIA driver: not found: looked for libcuda.so.1 in REFNET_CUDA (not set)";

    private static readonly string[] training = ["train", "mlp", "--epochs", "1", "--validation", "60"];

    private DataFolder folder = null!;

    [OneTimeSetUp]
    public void MakeFolder() => folder = DataFolder.With(SyntheticData.Create());

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [TearDown]
    public void TheDefaultIsBack() => Assert.That(GemmDefaults<float>.Current, Is.TypeOf<SimdGemm<float>>());

    [Test]
    public void WhereCudaIsDemandedAndNotThereTheDiagnosisIsAnError([Values("train", "evaluate", "predict")] string command)
    {
        Train("demanded-" + command, WithoutCuda);
        string run = folder.File("demanded-" + command);
        File.WriteAllBytes(folder.File("a.pgm"), [.. "P5 1 1 255\n"u8, 0]);
        string[] arguments = command switch
        {
            "train" => [.. training, "--data", folder.Path, "--out", folder.File("never")],
            "evaluate" => ["evaluate", run],
            _ => ["predict", run, folder.File("a.pgm")],
        };
        Refnet.Result result = Refnet.Run(WithoutCuda, [.. arguments, "--device", "cuda"]);
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(result.Error, Does.StartWith("error: --device cuda: " + NoDriver));
        Assert.That(result.Error.TrimEnd(), Does.Not.Contain("\n"), "one line");
        Assert.That(folder.File("never"), Does.Not.Exist);
    }

    [Test]
    public void AutoSaysThatItTookTheProcessorAndWhy()
    {
        Refnet.Result result = Train("auto", WithoutCuda, "--device", "auto");
        Assert.That(result.Output, Does.StartWith("device: cpu, because " + NoDriver));
        Assert.That(File.ReadAllText(Path.Combine(folder.File("auto"), "config.json")), Does.Contain("\"device\": \"cpu\""));
    }

    [Test]
    public void OnCudaTheNetworkLearnsAsOnTheProcessor([Values("auto", "cuda")] string device)
    {
        using FakeCuda fake = new();
        Refnet.Result onProcessor = Train("processor-" + device, WithFake);
        Assert.That(fake.Calls, Is.Empty);

        Refnet.Result onCard = Train("card-" + device, WithFake, "--device", device);
        Assert.That(onCard.Output, Does.StartWith("device: cuda, Fake Card 0"));
        Assert.That(onCard.Output, Does.Match(@"cuda: ([\d,]+) of \1 products and convolutions were worth the way to the card"));
        Assert.That(Errors(onCard), Is.EqualTo(Errors(onProcessor)));
        fake.AssertClean();

        // Where a run goes on, it goes on where it was.
        Refnet.Result resumed = Refnet.Run(WithFake, "train", "--resume", folder.File("card-" + device), "--data", folder.Path, "--epochs", "2");
        Assert.That(resumed.Output, Does.StartWith("device: cuda"), $"{resumed}");
        Assert.That(Refnet.Run(WithoutCuda, "train", "--resume", folder.File("card-" + device), "--data", folder.Path).Code, Is.EqualTo(2));
    }

    [Test]
    public void WhatIsNotWorthTheWayIsSaidToBe()
    {
        using FakeCuda fake = new();
        Refnet.Result result = Train("small", () => CudaProbe.Run(FakeCuda.CreateSearch()), "--device", "cuda");
        Assert.That(result.Output, Does.Match(@"cuda: 0 of [\d,]+ products and convolutions were worth the way to the card"));
    }

    [Test]
    public void ACardThatFailsEndsTheRunWithTheCall()
    {
        using FakeCuda fake = new();
        fake.FailAt(200, 719);
        Refnet.Result result = Refnet.Run(WithFake, [.. training, "--data", folder.Path, "--out", folder.File("failed"), "--device", "cuda"]);
        Assert.That((result.Code, result.Error), Is.EqualTo((1, $"error: {fake.Calls[200]} returned 719: CUDA_ERROR_OF_A_TEST, what a test wanted.{Environment.NewLine}")));
        fake.AssertClean();
    }

    [Test]
    public void ACardThatDoesNotOpenIsNoCard()
    {
        using FakeCuda fake = new();
        fake.FailAt(15, 2); // behind what the probe calls
        Refnet.Result result = Train("does-not-open", WithFake, "--device", "auto");
        Assert.That(result.Output, Does.Match("^device: cpu, because CUDA cannot be used here. cu[A-Za-z_]+ returned 2"));
        fake.AssertClean();
    }

    [TestCase("gpu", "expected cpu, cuda or auto; found 'gpu'.")]
    [TestCase("", "expected cpu, cuda or auto; found ''.")]
    public void OtherDevicesAreRefused(string device, string message)
    {
        Refnet.Result result = Refnet.Run("train", "mlp", "--device", device);
        Assert.That((result.Code, result.Error), Is.EqualTo((2, $"error: --device: {message} See dotnet run -c Release --project RefNet.Console -- train --help.{Environment.NewLine}")));
    }

    [Test]
    public void Tf32IsAskedForAndRemembered()
    {
        using FakeCuda fake = new();
        Refnet.Result result = Train("tf32", WithFake, "--device", "cuda", "--tf32");
        Assert.That(result.Output, Does.StartWith("device: cuda, Fake Card 0, TF32"));
        Assert.That(fake.Products[0], Is.EqualTo("math mode 3"));
        Assert.That(File.ReadAllText(Path.Combine(folder.File("tf32"), "config.json")), Does.Contain("\"tf32\": true"));

        int before = fake.Products.Count;
        Refnet.Run(WithFake, "train", "--resume", folder.File("tf32"), "--data", folder.Path, "--epochs", "2");
        Assert.That(fake.Products[before], Is.EqualTo("math mode 3"), "a run goes on as it began");
        Refnet.Run(WithFake, "evaluate", folder.File("tf32"), "--device", "cuda");
        Assert.That(fake.Products, Has.Exactly(1).EqualTo("math mode 0"), "evaluate was not asked to round");
        fake.AssertClean();
    }

    [TestCase("found --device cpu, the default.", "train", "mlp", "--tf32")]
    [TestCase("found --device cpu.", "train", "mlp", "--device", "cpu", "--tf32")]
    [TestCase("found --device cpu, the default.", "evaluate", "run", "--tf32")]
    [TestCase("found --device cpu, the default.", "predict", "run", "digit.png", "--tf32")]
    public void Tf32NeedsACard(string found, params string[] arguments)
    {
        Refnet.Result result = Refnet.Run(arguments);
        Assert.That((result.Code, result.Output), Is.EqualTo((2, "")));
        Assert.That(result.Error, Does.StartWith($"error: --tf32: expected --device cuda or --device auto with it; {found}"));
    }

    [Test]
    public void Tf32CannotBeChangedInARunThatIsResumed()
    {
        Refnet.Result result = Refnet.Run("train", "--resume", folder.File("any"), "--tf32");
        Assert.That((result.Code, result.Error), Is.EqualTo((2, $"error: --tf32 cannot be changed in a run that is resumed: leave it out, or train anew without --resume. See dotnet run -c Release --project RefNet.Console -- train --help.{Environment.NewLine}")));
    }

    [Test]
    public void GpuShowsWhatThereIs()
    {
        using FakeCuda fake = new();
        Refnet.Result found = Refnet.Run(WithFake, "gpu");
        Assert.That(found.Code, Is.Zero);
        Assert.That(found.Output, Does.Contain("device 0: Fake Card 0, compute capability 9.0").And.Contain("CUDA can be used: --device cuda"));

        fake.AssertClean();
        fake.FailAt(fake.Calls.ToList().LastIndexOf("nvrtcCompileProgram"), 719); // the same calls once more
        Refnet.Result fails = Refnet.Run(WithFake, "gpu");
        Assert.That(fails.Output, Does.Contain("device 0: Fake Card 0").And.Contain("CUDA cannot be used here. nvrtcCompileProgram returned 719"));

        Refnet.Result missing = Refnet.Run(WithoutCuda, "gpu");
        Assert.That(missing.Code, Is.Zero);
        Assert.That(missing.Output, Does.StartWith("NVIDIA driver: not found: looked for libcuda.so.1").And.Contain("CUDA cannot be used here"));
    }

    private static CudaProbe WithFake() => CudaProbe.Run(FakeCuda.CreateSearch(), new CudaOptions { Costs = CostModel.Always });

    private static CudaProbe WithoutCuda() => CudaProbe.Run(new CudaSearch(
        IsWindows: false, _ => null, _ => [], path => throw new DllNotFoundException($"no {path}")));

    private Refnet.Result Train(string name, Func<CudaProbe> findCuda, params string[] more)
    {
        Refnet.Result result = Refnet.Run(findCuda, [.. training, "--data", folder.Path, "--out", folder.File(name), .. more]);
        Assert.That(result.Code, Is.Zero, $"{result}");
        return result;
    }

    private static string Errors(Refnet.Result result) => result.Output.Split('\n').Single(line => line.StartsWith("Test error: ", StringComparison.Ordinal));
}
