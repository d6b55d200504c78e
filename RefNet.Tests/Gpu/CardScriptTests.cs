using System.Diagnostics;
using System.Runtime.InteropServices;
using NUnit.Framework;
using RefNet.Tests.Data;

namespace RefNet.Tests.Gpu;

/// <summary>RefNet.Gpu/Scripts/on-card.sh, in a folder as publish.sh packs it, with small scripts in place of its programs and of those of the machine.</summary>
[TestFixture]
[Platform("Linux", Reason = "The script is for Linux machines.")]
public sealed class CardScriptTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void MakeCheckout()
    {
        if (RuntimeInformation.OSArchitecture != Architecture.X64)
            Assert.Ignore("The script is for processors of the kind x86_64.");
        folder = new DataFolder();
        Directory.CreateDirectory(folder.File("data/mnist"));
        File.WriteAllText(folder.File("RefNet.sln"), "");
        Program("refnet-gpu/bin/RefNet.Console", "echo \"REFNET_CUDA=$REFNET_CUDA\"; echo 'CUDA can be used: --backend cuda'");
        Program("refnet-gpu/bin/RefNet.Tests", "[ \"$REFNET_TEST_CARD\" = 1 ] && echo \"tests $*\"");
        Program("refnet-gpu/bin/RefNet.Benchmarks", "echo \"table $*\"");
        Program("machine/nvidia-smi", "echo 9.0");
        Program("machine/nvcc", "echo \"nvcc $*\"");
        Program("machine/python3", "case \"$*\" in *'import nvidia'*) echo /env/nvidia ;; *'import torch'*) ;; *) echo '{}' > \"$2\"; echo 'PyTorch' ;; esac");
        File.Copy(Path.Combine(Repository.Root, "RefNet.Gpu/Scripts/on-card.sh"), folder.File("refnet-gpu/on-card.sh"));
    }

    [TearDown]
    public void RemoveCheckout() => folder?.Dispose();

    [Test]
    public void WithACardItTestsAndTimesInFewerThanEightFiles()
    {
        (int code, string output, string error) = Run("--small");
        Assert.That((code, error), Is.EqualTo((0, "")), output);
        Assert.That(Results(), Is.EqualTo(new[] { "conformance.txt", "errors.txt", "gpu.txt", "nvcc.txt", "pytorch.json", "pytorch.txt", "timings.md" }));
        Assert.That(Result("timings.md").Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(new[] { "lenet5", "steps", "convolutions", "products" }
            .Select(table => $"table gpu --pytorch {folder.File("results")}/pytorch.json --small {table}")), "the most wanted first");
        Assert.That(Result("conformance.txt"), Is.EqualTo("tests --filter TestCategory=Gpu\n"));
        Assert.That(Result("nvcc.txt"), Does.Contain("-arch=sm_90 -DREAL=float").And.Contain("-DREAL=double"));
        Assert.That(Result("gpu.txt"), Does.StartWith("REFNET_CUDA=/usr/local/cuda:/env/nvidia\n"), "cuDNN is among Python's packages");
    }

    [Test]
    public void WithoutACardItEndsWith2AndSaysWhatIsMissing()
    {
        Program("refnet-gpu/bin/RefNet.Console", "echo 'CUDA cannot be used here: something is missing, see above.'");
        (int code, string output, string error) = Run();
        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Does.Contain("CUDA cannot be used here"));
        Assert.That(error, Does.StartWith("error: nothing was tested or timed. It takes the driver of an NVIDIA card, and cuBLAS and NVRTC of CUDA 11.2 or newer"));
        Assert.That(Results(), Is.EqualTo(new[] { "gpu.txt" }));
    }

    [TestCase("refnet-gpu/bin/RefNet.Tests", "exit 3", "error: conformance failed")]
    [TestCase("refnet-gpu/bin/RefNet.Benchmarks", "case \"$*\" in *steps*) exit 1 ;; esac; echo \"table $*\"", "error: the table steps is wrong or not whole")]
    [TestCase("machine/nvcc", "exit 1", "error: nvcc does not compile the kernels with REAL = float")]
    public void WhatFailsIsNamedAndTheRestIsDone(string program, string script, string error)
    {
        Program(program, script);
        (int code, string output, string found) = Run();
        Assert.That(code, Is.EqualTo(1), output);
        Assert.That(found, Does.StartWith(error));
        Assert.That(Result("timings.md"), Does.Contain("lenet5").And.Contain("products"));
    }

    [Test]
    public void WithoutPyTorchItsColumnsStayEmpty()
    {
        Program("machine/python3", "exit 1");
        (int code, string output, _) = Run();
        Assert.That((code, Results().Contains("pytorch.json")), Is.EqualTo((0, false)), output);
        Assert.That(output, Does.Contain("PyTorch with CUDA was not found"));
    }

    [Test]
    public void WhatTakesLongerThanAllIsEnded()
    {
        (int code, string output, _) = Run("--seconds", "0");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(Result("timings.md"), Does.Contain("left out for want of time: "), output);
    }

    [TestCase("error: on-card.sh does not know --fast: expected [DIR] [--small] [--seconds N]", "--fast")]
    [TestCase("error: --seconds needs a number", "--seconds", "ten")]
    [TestCase("error: --seconds needs a number", "--seconds")]
    public void ACallThatIsNotUnderstoodEndsWith2(string error, params string[] arguments)
    {
        Assert.That(Run(arguments), Is.EqualTo((2, "", error + "\n")));
        Assert.That(folder.File("results"), Does.Not.Exist);
    }

    [Test]
    public void OutsideOfACheckoutItEndsWith2()
    {
        Directory.Delete(folder.File("data/mnist"));
        (int code, _, string error) = Run();
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith("error: no checkout with data/mnist at "));
    }

    private string[] Results() => [.. Directory.EnumerateFiles(folder.File("results")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private string Result(string name) => File.ReadAllText(folder.File($"results/{name}"));

    private void Program(string name, string script)
    {
        string path = folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private (int Code, string Output, string Error) Run(params string[] arguments)
    {
        ProcessStartInfo start = new("/bin/sh", ["refnet-gpu/on-card.sh", .. arguments])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{folder.File("machine")}:/usr/bin:/bin";
        foreach (string variable in new[] { "REFNET_CUDA", "CUDA_PATH", "CUDA_HOME", "NVIDIA_TF32_OVERRIDE" })
            start.Environment.Remove(variable);
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
