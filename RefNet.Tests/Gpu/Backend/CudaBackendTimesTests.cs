using NUnit.Framework;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.Tensors;

namespace RefNet.Tests.Gpu.Backend;

/// <summary>How long the card takes for copies, kernels and products, and that nobody waits for it in vain.</summary>
[TestFixture]
internal sealed class CudaBackendTimesTests
{
    private Tensor<float> x = null!, w = null!, b = null!, y = null!;

    [SetUp]
    public void MakeTensors() => (x, w, b, y) = (new(new Shape(2, 1, 3, 3)), new(new Shape(2, 1, 2, 2)), new(new Shape(2)), new(new Shape(2, 2, 2, 2)));

    [Test]
    public void EachKindOfWorkIsMeasuredWhereSomebodyAsks()
    {
        using FakeCard<float> card = new();
        IConvolution<float> convolution = card.Backend.Convolution(ConvolutionGeometry.Square(2), groups: 1);
        convolution.Forward(x, w, b, y);
        Assert.That(card.Cuda.Calls, Has.None.StartsWith("cuEvent"), "nobody has asked");

        // The clock of the fake card counts pieces of work, a millisecond each.
        StreamTimes times = card.Backend.Device.Measure();
        for (int run = 0; run < 2; run++)
        {
            times.Clear();
            x.Span[0]++;
            convolution.Forward(x, w, b, y);
            convolution.AddWeightGradient(x, y, w);
            _ = w.Values;
            // To the card x, from it w. Columns and swapped axes twice, and a bias. Two products.
            Assert.That(new[] { times[StreamWork.Copies], times[StreamWork.Kernels], times[StreamWork.Products] }, Is.EqualTo(new[] { 2e-3, 5e-3, 2e-3 }).Within(1e-9));
        }

        card.Backend.Device.StopMeasuring();
        card.Backend.Wait();
        int marks = card.Cuda.Calls.Count(call => call.StartsWith("cuEvent", StringComparison.Ordinal));
        convolution.Forward(x, w, b, y);
        Assert.That(card.Cuda.Calls.Count(call => call.StartsWith("cuEvent", StringComparison.Ordinal)), Is.EqualTo(marks));
    }

    [Test]
    public void OperationsAndUploadsDoNotWaitForTheCard()
    {
        using FakeCard<float> card = new();
        IConvolution<float> convolution = card.Backend.Convolution(ConvolutionGeometry.Square(2), groups: 1);
        convolution.Forward(x, w, b, y); // finds memory for its columns
        int before = card.Cuda.Calls.Count;
        x.Span[0]++;
        convolution.Forward(x, w, b, y);
        card.Backend.Add(y, y, y);
        Assert.That(card.Cuda.Calls.Skip(before), Does.Contain("cuMemcpyHtoDAsync_v2").And.Contain("cuLaunchKernel").And.Not.Contain("cuStreamSynchronize"));
    }

    /// <summary>What is uploaded is copied first: the host may write on at once.</summary>
    [Test]
    public void TheHostMayChangeWhatItHasUploaded()
    {
        using FakeCard<float> card = new();
        Tensor<float> sum = new(new Shape(3)), term = new(new Shape(3), [1, 2, 3]);
        card.Backend.Fill(sum, 0);
        for (int i = 0; i < 5; i++)
        {
            card.Backend.Add(sum, term, sum);
            term.Span[1]++;
        }

        Assert.That(sum.Values.ToArray(), Is.EqualTo(new[] { 5f, 2 + 3 + 4 + 5 + 6, 15 }));
    }
}
