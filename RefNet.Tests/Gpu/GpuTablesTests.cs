using NUnit.Framework;
using RefNet.Benchmarks.Gpu;
using RefNet.Gpu;
using RefNet.Gpu.Api;
using RefNet.Tests.Gpu.Fake;

namespace RefNet.Tests.Gpu;

/// <summary>The tables of times for a card, over a CUDA that computes on the processor: that they find right what is right, and have every row.</summary>
[TestFixture]
internal sealed class GpuTablesTests
{
    [TestCase("lenet5", 4)] // with and without graphs and TF32
    [TestCase("products", 1)]
    [TestCase("convolutions", 3)]
    [TestCase("steps", 5)]  // one with a graph
    [TestCase("algorithms", 18)] // three of each pass, with and without TF32
    public void ATableComparesAndTimesEachOfItsRows(string table, int rows) => Write(FakeCuda.CreateSearch(), table, rows);

    [TestCase("steps", 3)]
    [TestCase("convolutions", 3)]
    public void WhereCudnnIsMissingItsRowsAndTimesAre(string table, int rows) => Write(FakeCuda.CreateSearch(hasCudnn: false), table, rows);

    [TestCase("steps", 5)]
    [TestCase("convolutions", 4)] // the row of the layer, and one of the call that failed
    public void ACallOfCudnnThatFailsIsARowAndTheOthersFollow(string table, int rows)
    {
        string text = Write(FakeCuda.CreateSearch(), table, rows, failing: "cudnnConvolutionBackwardFilter");
        Assert.That(text, Does.Contain("WRONG: cudnnConvolutionBackwardFilter returned 5000: CUDNN_STATUS_OF_A_TEST. |"));
    }

    private static string Write(CudaSearch search, string table, int rows, string? failing = null)
    {
        if (HostKernels.TryCompile() is not { } kernels)
            throw new IgnoreException("There is no C++ compiler: g++ was not found.");
        using FakeCuda fake = new();
        if (failing is not null)
            fake.FailAt(failing, from: 0, 5000);
        using StringWriter written = new();
        TextWriter before = System.Console.Out;
        double patience = Clock.MostSeconds;
        Clock.MostSeconds = 0;
        System.Console.SetOut(written);
        bool isRight;
        try
        {
            isRight = GpuCommand.Run(CudaProbe.Run(search), GpuShapes.Small with { Networks = [("resnet18", 2, 32)] }, PyTorchTimes.Read(null), [table]);
        }
        finally
        {
            System.Console.SetOut(before);
            Clock.MostSeconds = patience;
        }

        string text = written.ToString();
        Assert.That(isRight, Is.EqualTo(failing is null), text);
        Assert.That(text.Split('\n').Count(line => line.StartsWith("| ", StringComparison.Ordinal)), Is.EqualTo(1 + rows), text);
        fake.AssertClean();
        return text;
    }

    [Test]
    public void TheTableOfPiecesNamesKernelsAndProducts()
    {
        string text = Write(FakeCuda.CreateSearch(), "pieces", rows: 16 + 1 + 2 * (16 + 1) - 1);
        Assert.That(text, Does.Contain("## lenet5, batch 4: ").And.Contain("## resnet18, batch 2, cuDNN: ").And.Contain("| momentum_step | 10 | 10.000 |"));
        Assert.That(text, Does.Match("\\| Forward of cuDNN, algorithm 7 \\| \\d+ \\|"));
    }

    // A bound that grew with the number of products let zeros pass.
    [Test]
    public void ZerosAreWrongWhateverTheNumberOfProducts()
    {
        float[] expected = [106, -98, 3];
        Assert.That(Clock.Difference([0, 0, 0], expected), Is.EqualTo(1).And.GreaterThan(100 * Clock.Tolerance(1 << 21)));
        Assert.That(Clock.Difference([106, float.NaN, 3], expected) <= Clock.Tolerance(1 << 21), Is.False);
    }
}
