using System.Diagnostics;
using System.Runtime.InteropServices;
using NUnit.Framework;
using RefNet.Losses;

namespace RefNet.Tests.Losses;

/// <summary>Native libraries that were built for fast arithmetic let the processor take tiny numbers for zero, on the thread that loads them.</summary>
[TestFixture]
public sealed unsafe class FlushToZeroTests
{
    [Test]
    public void TheDecisionDoesNotDependOnTinyNumbers()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            Assert.Ignore("The library of this test is built on Linux, for x64.");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("refnet-flush-");
        try
        {
            // Flush-to-zero and denormals-are-zero, beside the masks of all exceptions.
            File.WriteAllText(Path.Combine(folder.FullName, "flush.c"), "void flush() { __builtin_ia32_ldmxcsr(0x9fc0); }\n");
            if (!Compile(folder))
                Assert.Ignore("There is no C compiler: gcc was not found.");
            nint flush = NativeLibrary.GetExport(NativeLibrary.Load(Path.Combine(folder.FullName, "flush.so")), "flush");
            int[] largest = [], smallest = [];
            float tiny = float.Epsilon;
            float sum = tiny;
            Thread thread = new(() =>
            {
                ((delegate* unmanaged[Cdecl]<void>)flush)();
                sum = tiny + tiny;
                largest = DecideEach(new SoftmaxCrossEntropy<float>(), extreme: 2);
                smallest = DecideEach(new MaximumAPosteriori<float>(j: 10), extreme: -1);
            });
            thread.Start();
            thread.Join();
            Assert.That(sum, Is.Zero, "the thread does not flush");
            Assert.That(largest, Is.EqualTo(Enumerable.Range(0, 10)), "the largest output");
            Assert.That(smallest, Is.EqualTo(Enumerable.Range(0, 10)), "the smallest penalty");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // What is decided where each output in turn is the extreme one among 0, 0.1 ... 0.9.
    private static int[] DecideEach(ClassificationLoss<float> loss, float extreme) =>
        [.. Enumerable.Range(0, 10).Select(place => loss.Decide([.. Enumerable.Range(0, 10).Select(i => i == place ? extreme : i * 0.1f)]))];

    private static bool Compile(DirectoryInfo folder)
    {
        try
        {
            using Process compiler = Process.Start(new ProcessStartInfo("gcc", ["-shared", "-fPIC", "-o", "flush.so", "flush.c"]) { WorkingDirectory = folder.FullName })!;
            compiler.WaitForExit();
            Assert.That(compiler.ExitCode, Is.Zero);
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
