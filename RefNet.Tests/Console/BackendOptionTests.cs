using NUnit.Framework;
using RefNet.Gpu;
using RefNet.Gpu.Api;
using RefNet.Tests.Data;
using RefNet.Tests.Gpu.Fake;
using RefNet.Tests.Training;

namespace RefNet.Tests.Console;

/// <summary>--backend and refnet gpu, on machines without CUDA and on one with a CUDA that computes on the processor.</summary>
[TestFixture]
public sealed class BackendOptionTests
{
    private const string NoDriver = "CUDA cannot be used here. NVIDIA driver: not found: looked for libcuda.so.1 in REFNET_CUDA (not set)";

    private static readonly string[] training = ["train", "mlp", "--epochs", "1", "--validation", "60"];

    private DataFolder folder = null!;

    [OneTimeSetUp]
    public void MakeFolder() => folder = DataFolder.With(SyntheticData.Create());

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void EveryBackendTrainsEvaluatesAndPredictsAndIsRemembered([Values("reference", "simd", "mathnet")] string backend)
    {
        Refnet.Result trained = Train("all-" + backend, WithoutCuda, "--backend", backend);
        Assert.That(trained.Output, backend == "simd" ? Does.StartWith("mlp on ") : Does.StartWith($"backend: {backend}"));
        string run = folder.File("all-" + backend);
        Assert.That(File.ReadAllText(Path.Combine(run, "config.json")), Does.Contain($"\"backend\": \"{backend}\""));

        Refnet.Result evaluated = Refnet.Run(WithoutCuda, "evaluate", run, "--backend", backend);
        Assert.That(Errors(evaluated), Is.EqualTo(Errors(trained)), $"{evaluated}");
        byte[] digit = new byte[28 * 28];
        Array.Fill(digit, (byte)255, 10 * 28, 5 * 28);
        File.WriteAllBytes(folder.File("digit.pgm"), [.. "P5 28 28 255\n"u8, .. digit]);
        Assert.That(Refnet.Run(WithoutCuda, "predict", run, folder.File("digit.pgm"), "--backend", backend).Code, Is.Zero);

        // A run is resumed where it began.
        Refnet.Result resumed = Refnet.Run(WithoutCuda, "train", "--resume", run, "--data", folder.Path, "--epochs", "2");
        Assert.That(resumed.Code, Is.Zero, $"{resumed}");
        Assert.That(resumed.Output, backend == "simd" ? Does.StartWith("mlp on ") : Does.StartWith($"backend: {backend}"));
    }

    [Test]
    public void CpuIsTheOldNameOfSimd()
    {
        Train("cpu", WithoutCuda, "--device", "cpu");
        Train("simd", WithoutCuda, "--backend", "simd");
        Assert.That(File.ReadAllText(folder.File("cpu/config.json")), Is.EqualTo(File.ReadAllText(folder.File("simd/config.json"))));
        Assert.That(File.ReadAllBytes(folder.File("cpu/last.safetensors")), Is.EqualTo(File.ReadAllBytes(folder.File("simd/last.safetensors"))));
    }

    [Test]
    public void WhereCudaIsDemandedAndNotThereTheDiagnosisIsAnError([Values("train", "evaluate", "predict")] string command, [Values("--backend", "--device")] string option)
    {
        Train("demanded-" + command + option, WithoutCuda);
        string run = folder.File("demanded-" + command + option);
        File.WriteAllBytes(folder.File("a.pgm"), [.. "P5 1 1 255\n"u8, 0]);
        string[] arguments = command switch
        {
            "train" => [.. training, "--data", folder.Path, "--out", folder.File("never")],
            "evaluate" => ["evaluate", run],
            _ => ["predict", run, folder.File("a.pgm")],
        };
        Refnet.Result result = Refnet.Run(WithoutCuda, [.. arguments, option, "cuda"]);
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(result.Error, Does.StartWith("error: --backend cuda: " + NoDriver));
        Assert.That(result.Error.TrimEnd(), Does.Not.Contain("\n"), "one line");
        Assert.That(folder.File("never"), Does.Not.Exist);
    }

    [Test]
    public void AutoSaysThatItTookSimdAndWhy()
    {
        Refnet.Result result = Train("auto", WithoutCuda, "--backend", "auto");
        Assert.That(result.Output, Does.StartWith("backend: simd, because " + NoDriver));
        Assert.That(File.ReadAllText(Path.Combine(folder.File("auto"), "config.json")), Does.Contain("\"backend\": \"simd\""));
    }

    [Test]
    public void OnCudaTheNetworkLearnsAsOnTheProcessor([Values("auto", "cuda")] string backend)
    {
        using FakeCuda fake = new();
        Refnet.Result onProcessor = Train("processor-" + backend, WithFake);
        Assert.That(fake.Calls, Is.Empty);

        Refnet.Result onCard = Train("card-" + backend, WithFake, "--backend", backend);
        Assert.That(onCard.Output, Does.StartWith("backend: cuda, Fake Card 0"));
        Assert.That(onCard.Output, Does.Contain("Numbers transferred between host and card, by layer:"));
        Assert.That(onCard.Output, Does.Match(@"(?m)^  F1: [\d,]+ to the card, [\d,]+ times"), "images, for the first layer that computes");
        Assert.That(Errors(onCard), Is.EqualTo(Errors(onProcessor)));
        fake.AssertClean();

        // A run is resumed where it began.
        Refnet.Result resumed = Refnet.Run(WithFake, "train", "--resume", folder.File("card-" + backend), "--data", folder.Path, "--epochs", "2");
        Assert.That(resumed.Output, Does.StartWith("backend: cuda"), $"{resumed}");
        Assert.That(Refnet.Run(WithoutCuda, "train", "--resume", folder.File("card-" + backend), "--data", folder.Path).Code, Is.EqualTo(2));
    }

    [Test]
    public void ACardThatFailsEndsTheRunWithTheCall()
    {
        using FakeCuda fake = new();
        fake.FailAt("cuLaunchKernel", from: 200, 719);
        Refnet.Result result = Refnet.Run(WithFake, [.. training, "--data", folder.Path, "--out", folder.File("failed"), "--backend", "cuda"]);
        Assert.That((result.Code, result.Error), Is.EqualTo((1, $"error: cuLaunchKernel returned 719: CUDA_ERROR_OF_A_TEST, what a test wanted.{Environment.NewLine}")));
        fake.AssertClean();
    }

    [Test]
    public void ACardThatDoesNotOpenIsNoCard()
    {
        using FakeCuda fake = new();
        fake.FailAt(15, 2); // behind what the probe calls
        Refnet.Result result = Train("does-not-open", WithFake, "--backend", "auto");
        Assert.That(result.Output, Does.Match("^backend: simd, because CUDA cannot be used here. cu[A-Za-z_]+ returned 2"));
        fake.AssertClean();
    }

    [Test]
    public void Tf32IsAskedForAndRemembered()
    {
        using FakeCuda fake = new();
        Refnet.Result result = Train("tf32", WithFake, "--backend", "cuda", "--tf32");
        Assert.That(result.Output, Does.StartWith("backend: cuda, Fake Card 0, TF32"));
        Assert.That(fake.Products[0], Is.EqualTo("math mode 3"));
        Assert.That(File.ReadAllText(Path.Combine(folder.File("tf32"), "config.json")), Does.Contain("\"tf32\": true"));

        int before = fake.Products.Count;
        Refnet.Run(WithFake, "train", "--resume", folder.File("tf32"), "--data", folder.Path, "--epochs", "2");
        Assert.That(fake.Products[before], Is.EqualTo("math mode 3"), "a run is resumed as it began");
        Refnet.Run(WithFake, "evaluate", folder.File("tf32"), "--backend", "cuda");
        Assert.That(fake.Products, Has.Exactly(1).EqualTo("math mode 0"), "evaluate was not asked to round");
        fake.AssertClean();
    }

    [Test]
    public void CudnnIsAskedForAndRemembered()
    {
        using FakeCuda fake = new();
        const string winograd = "cudnnConvolutionForward Fma groups 1 algorithm 7";
        string[] digits = ["train", "digits", "--schedule", "constant", "--epochs", "1", "--validation", "60", "--data", folder.Path, "--out", folder.File("cudnn"), "--backend", "cuda", "--cudnn"];
        Refnet.Result result = Refnet.Run(WithFake, digits);
        Assert.That(result.Output, Does.StartWith("backend: cuda, Fake Card 0, cuDNN"), $"{result}");
        Assert.That(fake.Products, Does.Contain(winograd));
        Assert.That(File.ReadAllText(Path.Combine(folder.File("cudnn"), "config.json")), Does.Contain("\"cudnn\": true"));

        int before = fake.Products.Count;
        Refnet.Run(WithFake, "train", "--resume", folder.File("cudnn"), "--data", folder.Path, "--epochs", "2");
        Assert.That(fake.Products.Skip(before), Does.Contain(winograd), "a run is resumed as it began");
        fake.AssertClean();
    }

    // It changes no bits: it is not remembered, and may be asked for when a run resumes.
    [Test]
    public void GraphsAreAskedForAndNotRemembered()
    {
        using FakeCuda fake = new();
        Refnet.Result result = Train("graph", WithFake, "--backend", "cuda", "--cuda-graph"), without = Train("no-graph", WithFake, "--backend", "cuda");
        Assert.That(result.Output, Does.StartWith("backend: cuda, Fake Card 0, graphs"));
        Assert.That(fake.Calls, Does.Contain("cuGraphLaunch"));
        Assert.That(Errors(result), Is.EqualTo(Errors(without)));
        Assert.That(File.ReadAllText(Path.Combine(folder.File("graph"), "config.json")), Does.Not.Contain("graph"));

        int before = fake.Calls.Count;
        Refnet.Run(WithFake, "train", "--resume", folder.File("graph"), "--data", folder.Path, "--epochs", "2");
        Assert.That(fake.Calls.Skip(before), Does.Not.Contain("cuGraphLaunch"));
        Refnet.Run(WithFake, "train", "--resume", folder.File("graph"), "--data", folder.Path, "--epochs", "3", "--cuda-graph");
        Assert.That(fake.Calls.Skip(before), Does.Contain("cuGraphLaunch"));
        fake.AssertClean();
    }

    [TestCase("found --backend simd, the default.")]
    [TestCase("found --backend mathnet.", "--backend", "mathnet")]
    public void GraphsNeedACard(string found, params string[] arguments)
    {
        Refnet.Result result = Refnet.Run(["train", "mlp", "--cuda-graph", .. arguments]);
        Assert.That((result.Code, result.Error), Is.EqualTo((2, $"error: --cuda-graph: expected --backend cuda or --backend auto with it; {found}{Environment.NewLine}")));
    }

    [Test]
    public void CudnnNeedsACard() => Assert.That(
        Refnet.Run("train", "mlp", "--cudnn").Error, Does.StartWith("error: --cudnn: expected --backend cuda or --backend auto with it; found --backend simd, the default."));

    [TestCase("found --backend simd, the default.", "train", "mlp", "--tf32")]
    [TestCase("found --backend simd.", "train", "mlp", "--device", "cpu", "--tf32")]
    [TestCase("found --backend mathnet.", "train", "mlp", "--backend", "mathnet", "--tf32")]
    [TestCase("found --backend simd, the default.", "evaluate", "run", "--tf32")]
    [TestCase("found --backend simd, the default.", "predict", "run", "digit.png", "--tf32")]
    public void Tf32NeedsACard(string found, params string[] arguments)
    {
        Refnet.Result result = Refnet.Run(arguments);
        Assert.That((result.Code, result.Output), Is.EqualTo((2, "")));
        Assert.That(result.Error, Does.StartWith($"error: --tf32: expected --backend cuda or --backend auto with it; {found}"));
    }

    [Test]
    public void Tf32CannotBeChangedInARunThatIsResumed()
    {
        Refnet.Result result = Refnet.Run("train", "--resume", folder.File("any"), "--tf32");
        Assert.That((result.Code, result.Error), Is.EqualTo((2, $"error: --tf32 cannot be changed when a run resumes: leave it out, or train again without --resume. See dotnet run -c Release --project RefNet.Console -- train --help.{Environment.NewLine}")));
    }

    [Test]
    public void GpuShowsWhatThereIs()
    {
        using FakeCuda fake = new();
        Refnet.Result found = Refnet.Run(WithFake, "gpu");
        Assert.That(found.Code, Is.Zero);
        Assert.That(found.Output, Does.Contain("device 0: Fake Card 0, compute capability 9.0").And.Contain("cuDNN: fake FakeCudnn, version 9.19").And.Contain("CUDA can be used: --backend cuda"));

        fake.AssertClean();
        fake.FailAt(fake.Calls.ToList().LastIndexOf("nvrtcCompileProgram"), 719); // the same calls once more
        Refnet.Result fails = Refnet.Run(WithFake, "gpu");
        Assert.That(fails.Output, Does.Contain("device 0: Fake Card 0").And.Contain("CUDA cannot be used here. nvrtcCompileProgram returned 719"));

        Refnet.Result missing = Refnet.Run(WithoutCuda, "gpu");
        Assert.That(missing.Code, Is.Zero);
        Assert.That(missing.Output, Does.StartWith("NVIDIA driver: not found: looked for libcuda.so.1").And.Contain("CUDA cannot be used here"));
    }

    private static CudaProbe WithFake() => CudaProbe.Run(FakeCuda.CreateSearch());

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
