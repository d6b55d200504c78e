using System.Diagnostics;
using System.Reflection;
using NUnit.Framework;
using RefNet.Gpu;
using RefNet.Gpu.Api;
using RefNet.Tests.Gpu.Backend;
using RefNet.Tests.Gpu.Fake;

namespace RefNet.Tests.Gpu;

/// <summary>Where libraries are looked for, and what is said of what was found.</summary>
[TestFixture]
public sealed class CudaProbeTests
{
    [Test]
    public void WithoutCudaTheReportSaysWhatWasLookedForAndWhatToInstall()
    {
        CudaProbe probe = CudaProbe.Run(Search(new() { ["CUDA_HOME"] = "/opt/cuda" }, files: []));
        Assert.That(probe.Problem, Is.EqualTo(
            "NVIDIA driver: not found: looked for libcuda.so.1 in REFNET_CUDA (not set), CUDA_PATH (not set), CUDA_HOME (/opt/cuda), "
            + "/usr/local/cuda and where the system looks. It comes with the driver of an NVIDIA card"));
        Assert.That(probe.Lines, Has.Count.EqualTo(3), "all that is missing is shown");
        Assert.That(probe.Lines[1], Does.StartWith("cuBLAS: not found: looked for libcublas.so.13, libcublas.so.12, libcublas.so.11 in"));
        Assert.That(probe.Lines[2], Does.EndWith("It comes with the CUDA toolkit"));
        Assert.Throws<CudaException>(() => probe.Open());
    }

    [Test]
    public void AllThatIsThereIsShown()
    {
        using FakeCuda fake = new() { Devices = 2 };
        CudaProbe probe = CudaProbe.Run(FakeCuda.CreateSearch());
        Assert.That(probe.Problem, Is.Null);
        Assert.That(probe.Lines, Is.EqualTo(new[]
        {
            "NVIDIA driver: fake FakeDriver, for CUDA up to 13.2",
            "cuBLAS: fake FakeBlas, version 13.2",
            "NVRTC: fake FakeCompiler, version 13.2",
            "device 0: Fake Card 0, compute capability 9.0, 2 multiprocessors, 1.0 GiB",
            "device 1: Fake Card 1, compute capability 9.0, 2 multiprocessors, 1.0 GiB",
        }));
        using (CudaGemm gemm = probe.Open())
            Assert.That(gemm.DeviceName, Is.EqualTo("Fake Card 0"));
        using (CudaBackend<double> backend = probe.OpenBackend<double>())
            Assert.That((backend.DeviceName, backend.Name), Is.EqualTo(("Fake Card 0", "cuda")));
        fake.AssertClean();
    }

    [Test]
    public void ADriverWithoutACardSaysSo()
    {
        using FakeCuda fake = new() { Devices = 0 };
        Assert.That(CudaProbe.Run(FakeCuda.CreateSearch()).Problem, Is.EqualTo("device: the driver found no card"));
    }

    [Test]
    public void ACardThatComputesWronglyIsFoundOut()
    {
        FakeCard<float>.NeedsKernels();
        using FakeCuda fake = new() { BrokenKernel = "add_to_channels" };
        CudaProbe probe = CudaProbe.Run(FakeCuda.CreateSearch());
        Assert.That((probe.Problem, probe.Try()), Is.EqualTo(((string?)null, "its products of Single are wrong")));
        fake.AssertClean();
    }

    [TestCase(0, "NVIDIA driver: fake FakeDriver: cuInit returned 100: CUDA_ERROR_OF_A_TEST, what a test wanted.")]
    [TestCase(2, "device: cuDeviceGetCount returned 100: CUDA_ERROR_OF_A_TEST, what a test wanted.")]
    public void ACallThatFailsIsNamed(int call, string problem)
    {
        using FakeCuda fake = new();
        fake.FailAt(call, 100);
        Assert.That(CudaProbe.Run(FakeCuda.CreateSearch()).Problem, Is.EqualTo(problem));
    }

    [Test]
    public void ALibraryWithoutAFunctionIsNamed()
    {
        CudaSearch search = Search([], files: []) with { Open = path => new NativeExports(path, name => 0) };
        Assert.That(CudaProbe.Run(search).Problem, Is.EqualTo("NVIDIA driver: libcuda.so.1 has no function cuInit: RefNet needs CUDA 11.2 or newer."));
    }

    [Test]
    public void ADriverWithoutAWorkingCardIsLoadedAndAsked()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("The driver of this test is built on Linux.");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("refnet-driver-");
        try
        {
            IEnumerable<string> others = typeof(FakeDriver).GetMethods(BindingFlags.Static | BindingFlags.Public).Select(method => method.Name)
                .Where(name => name is not ("cuInit" or "cuGetErrorName" or "cuGetErrorString"));
            File.WriteAllText(Path.Combine(folder.FullName, "driver.c"), """
                int cuInit(unsigned flags) { return 100; }
                int cuGetErrorName(int status, const char** name) { *name = "CUDA_ERROR_NO_DEVICE"; return 0; }
                int cuGetErrorString(int status, const char** text) { *text = "no CUDA-capable device is detected"; return 0; }

                """ + string.Concat(others.Select(name => $"int {name}() {{ return 0; }}\n")));
            using Process? compiler = StartCompiler(folder);
            compiler?.WaitForExit();
            if (compiler is null)
                Assert.Ignore("There is no C compiler: gcc was not found.");
            Assert.That(compiler!.ExitCode, Is.Zero);

            CudaSearch search = CudaSearch.ThisMachine with { GetVariable = name => name == CudaSearch.Variable ? folder.FullName : null };
            Assert.That(CudaProbe.Run(search).Problem, Is.EqualTo(
                $"NVIDIA driver: {folder.FullName}/libcuda.so.1: cuInit returned 100: CUDA_ERROR_NO_DEVICE, no CUDA-capable device is detected."));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestCase(13000, "/mine/libcublas.so.13")]
    [TestCase(12040, "/mine/libcublas.so.12")] // cuBLAS 13 would load, and then find the driver too old
    [TestCase(11080, "/other/libcublas.so.11")]
    public void LibrariesThatAreTooNewForTheDriverAreLeftOut(int driver, string expected)
    {
        using FakeCuda fake = new() { DriverVersion = driver };
        string[] files = ["/mine/libcublas.so.13", "/mine/libcublas.so.12", "/other/libcublas.so.11"];
        CudaSearch search = Search(new() { ["REFNET_CUDA"] = "/mine:/other" }, files) with
        {
            Open = path => path.Contains("cublas", StringComparison.Ordinal) && !files.Contains(path) ? throw new DllNotFoundException() : FakeCuda.CreateSearch().Open(path[(path.LastIndexOf('/') + 1)..]) with { Source = path },
        };
        CudaProbe probe = CudaProbe.Run(search);
        Assert.That(probe.Problem, Is.Null);
        Assert.That(probe.Lines[1], Does.StartWith($"cuBLAS: {expected},"));
    }

    [Test]
    public void WhereAllLibrariesAreTooNewTheReportSaysWhichWouldDo()
    {
        using FakeCuda fake = new() { DriverVersion = 12020 };
        CudaSearch search = Search(new() { ["REFNET_CUDA"] = "/mine" }, ["/mine/libcublas.so.13"]) with
        {
            Open = path => path == "libcuda.so.1" ? FakeCuda.CreateSearch().Open(path) : throw new DllNotFoundException(),
        };
        Assert.That(CudaProbe.Run(search).Problem, Does.StartWith(
            "cuBLAS: not found: looked for libcublas.so.12, libcublas.so.11, which the driver, for CUDA 12, can run, in REFNET_CUDA (/mine)"));
    }

    [Test]
    public void ACardThatTheCompilerNoLongerKnowsIsAProblem()
    {
        using FakeCuda fake = new() { Capability = (6, 1) };
        CudaProbe probe = CudaProbe.Run(FakeCuda.CreateSearch());
        Assert.That(probe.Lines, Has.Some.StartsWith("device 0: Fake Card 0, compute capability 6.1"));
        Assert.That(probe.Problem, Is.EqualTo(
            "device: The card has compute capability 6.1, and NVRTC 13.2 compiles for 7.5 and newer: use an older CUDA toolkit."));
    }

    // Machine code of 8.7, an embedded board, does not run on 8.9, and neither does PTX that was made for it.
    [TestCase(9, 0, "sm_90")]
    [TestCase(8, 7, "sm_87")]
    [TestCase(8, 9, "compute_86")]
    [TestCase(9, 1, "compute_90")]
    public void KernelsAreCompiledForTheCardOrTranslatedFromAnOlderOne(int major, int minor, string architecture)
    {
        FakeCard<float>.NeedsKernels();
        using FakeCuda fake = new() { Capability = (major, minor), Architectures = [75, 80, 86, 87, 90] };
        Assert.That(CudaProbe.Run(FakeCuda.CreateSearch()).Try(), Is.Null);
        Assert.That(fake.CompilerOptions, Does.Contain($"--gpu-architecture={architecture}"));
        fake.AssertClean();
    }

    [Test]
    public void CudnnIsShownWithItsVersionOrWithWhatWasLookedFor()
    {
        using FakeCuda fake = new();
        CudaProbe probe = CudaProbe.Run(FakeCuda.CreateSearch()), without = CudaProbe.Run(FakeCuda.CreateSearch(hasCudnn: false));
        Assert.That(probe.Cudnn, Is.EqualTo((true, "cuDNN: fake FakeCudnn, version 9.19")));
        const string missing = "cuDNN: not found: looked for libcudnn.so.9, libcudnn.so.8 in REFNET_CUDA (not set), CUDA_PATH (not set), "
            + "CUDA_HOME (not set), /usr/local/cuda and where the system looks. It comes with NVIDIA's package cuDNN, which only --cudnn needs";
        Assert.That((without.Problem, without.Cudnn), Is.EqualTo(((string?)null, (false, missing))));
        Assert.That(() => without.OpenBackend<float>(new CudaOptions { UseCudnn = true }), Throws.TypeOf<CudaException>().With.Message.EqualTo(missing));
        without.OpenBackend<float>().Dispose();
        fake.AssertClean();
    }

    [TestCase("/env/nvidia", "/env/nvidia/cudnn/lib/libcudnn.so.9")] // NVIDIA's packages for Python
    [TestCase("/mine", "/mine/libcudnn.so.8")]
    [TestCase("/opt/cuda", "/opt/cuda/lib64/libcudnn.so.9")]
    public void CudnnIsSearchedForAsTheOtherLibrariesAre(string folder, string file) =>
        Assert.That(Search(new() { ["REFNET_CUDA"] = folder }, [file]).Find(CudaLibrary.Cudnn).Library?.Source, Is.EqualTo(file));

    [TestCase("REFNET_CUDA", "/env/nvidia", "/env/nvidia/cublas/lib/libcublas.so.12")]   // NVIDIA's packages for Python
    [TestCase("REFNET_CUDA", "/env/nvidia", "/env/nvidia/cu13/lib/libcublas.so.13")]
    [TestCase("HOME", "/home/me", "/usr/local/cuda/lib64/libcublas.so.12")]              // where the toolkit usually is
    public void OtherPlacesAreSearched(string variable, string value, string file)
    {
        Assert.That(Search(new() { [variable] = value }, [file]).Find(CudaLibrary.Blas).Library?.Source, Is.EqualTo(file));
    }

    [Test]
    public void OnWindowsFoldersOfPythonsPackagesAreSearched([Values(@"C:\nvidia\cublas\bin\cublas64_12.dll", @"C:\nvidia\cu13\bin\x86_64\cublas64_13.dll", @"C:\nvidia\cudnn\bin\cudnn64_9.dll")] string file)
    {
        CudaSearch search = Search(new() { ["REFNET_CUDA"] = @"C:\nvidia" }, [file]) with { IsWindows = true };
        Assert.That(search.Find(file.Contains("cudnn", StringComparison.Ordinal) ? CudaLibrary.Cudnn : CudaLibrary.Blas).Library?.Source, Is.EqualTo(file));
    }

    [TestCase("/mine/libcublas.so.12", "/mine/libcublas.so.12")]
    [TestCase("/mine/lib64/libcublas.so.13 /mine/libcublas.so.12", "/mine/libcublas.so.12")] // the folder itself first
    [TestCase("/path/lib64/libcublas.so.11 /home/lib64/libcublas.so.13", "/path/lib64/libcublas.so.11")]
    [TestCase("/home/lib/libcublas.so.13 /also/lib64/libcublas.so.12", "/also/lib64/libcublas.so.12")]
    public void FoldersAreSearchedInOrder(string files, string found)
    {
        Dictionary<string, string> variables = new() { ["REFNET_CUDA"] = "/mine:/also/", ["CUDA_PATH"] = "/path", ["CUDA_HOME"] = "/home" };
        Assert.That(Search(variables, files.Split(' ')).Find(CudaLibrary.Blas).Library!.Source, Is.EqualTo(found));
    }

    [Test]
    public void OnWindowsFoldersOfCuda13AreSearched()
    {
        CudaSearch search = Search(new() { ["CUDA_PATH"] = @"C:\CUDA" }, [@"C:\CUDA\bin\x64\cublas64_13.dll"]) with { IsWindows = true };
        Assert.That(search.Find(CudaLibrary.Blas).Library!.Source, Is.EqualTo(@"C:\CUDA\bin\x64\cublas64_13.dll"));
    }

    [Test]
    public void WhatALibraryWillLookForIsLoadedFirst()
    {
        Assert.That(Opened(CudaLibrary.Blas, "/pip/lib/libcublas.so.12", "/pip/lib/libcublasLt.so.12", "/pip/lib/libcublasLt.so.13"), Is.EqualTo(new[]
        {
            "/pip/lib/libcublasLt.so.12", "/pip/lib/libcublas.so.12",
        }));
        Assert.That(Opened(CudaLibrary.Compiler, "/pip/lib/libnvrtc.so.12", "/pip/lib/libnvrtc-builtins.so.12.8", "/pip/lib/libnvrtc-builtins.alt.so.12.8"), Is.EqualTo(new[]
        {
            "/pip/lib/libnvrtc-builtins.so.12.8", "/pip/lib/libnvrtc.so.12",
        }));

        // Of version 9; cuDNN loads what it needs of them by name.
        Assert.That(Opened(CudaLibrary.Cudnn, "/pip/lib/libcudnn.so.9", "/pip/lib/libcudnn_graph.so.9", "/pip/lib/libcudnn_ops.so.9"), Is.EqualTo(new[]
        {
            "/pip/lib/libcudnn_graph.so.9", "/pip/lib/libcudnn_ops.so.9", "/pip/lib/libcudnn.so.9",
        }));

        static List<string> Opened(CudaLibrary library, params string[] files)
        {
            List<string> opened = [];
            CudaSearch search = Search(new() { ["REFNET_CUDA"] = "/pip" }, files);
            CudaSearch recording = search with
            {
                Open = path =>
                {
                    opened.Add(path);
                    return search.Open(path);
                },
            };
            Assert.That(recording.Find(library).Problem, Is.Null);
            return opened;
        }
    }

    [Test]
    public void AFileThatDoesNotLoadIsNamedWithTheReason()
    {
        CudaSearch search = Search(new() { ["REFNET_CUDA"] = "/mine" }, ["/mine/libcublas.so.13"]) with
        {
            Open = path => throw new DllNotFoundException(path.StartsWith('/') ? "wrong\narchitecture" : "no such file"),
        };
        Assert.That(search.Find(CudaLibrary.Blas).Problem, Is.EqualTo("/mine/libcublas.so.13 is there but does not load: wrong architecture"));
    }

    private static Process? StartCompiler(DirectoryInfo folder)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("gcc", ["-shared", "-fPIC", "-o", "libcuda.so.1", "driver.c"]) { WorkingDirectory = folder.FullName });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    // A machine with these variables and files.
    private static CudaSearch Search(Dictionary<string, string> variables, string[] files) => new(
        IsWindows: false, variables.GetValueOrDefault,
        folder => [.. files.Where(file => file[..file.LastIndexOfAny(['/', '\\'])] == folder).Select(file => file[(folder.Length + 1)..])],
        path => files.Contains(path) ? new NativeExports(path, _ => 0) : throw new DllNotFoundException("no such file"));
}
