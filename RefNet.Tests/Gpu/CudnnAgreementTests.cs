using System.Numerics;
using NUnit.Framework;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.Tensors;
using RefNet.Tests.Backends;
using RefNet.Tests.Gpu.Backend;
using RefNet.Tests.Gpu.Fake;

namespace RefNet.Tests.Gpu;

/// <summary>
/// Convolutions of cuDNN agree with those by columns, on a card and on the CUDA that stands for one. The suite of all backends
/// bounds each element by the roundings of a sum; Winograd's algorithm and Fourier transforms, which cuDNN may choose, mix
/// elements, so that whole results are compared here.
/// </summary>
internal abstract class CudnnAgreementTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // 1e-5 in float (see Clock of the benchmarks), and as many units in the last place in double.
    private static readonly double tolerance = 1e-5 * Math.Pow(2, 23) * double.CreateChecked(T.BitIncrement(T.One) - T.One);

    private static readonly CudaOptions cudnnForAll = new() { UseCudnn = true, CudnnChannels = 1 };

    private static ConvolutionProblem[] Problems { get; } =
    [
        Problem(1, 4, 16, 24, ConvolutionGeometry.Square(3, padding: 1)),
        Problem(1, 8, 32, 32, ConvolutionGeometry.Square(3, padding: 1) with { Flip = false }),
        Problem(1, 6, 3, 16, ConvolutionGeometry.Square(7, 2, 3) with { Rounding = Rounding.Floor, Flip = false }),
        Problem(1, 1, 6, 16, ConvolutionGeometry.Square(5)),
        Problem(1, 5, 24, 16, ConvolutionGeometry.Square(1)),
        Problem(1, 3, 8, 8, ConvolutionGeometry.Square(3, dilation: 2, padding: 2)),
        Problem(2, 3, 6, 10, ConvolutionGeometry.Square(3, 2, 1) with { Rounding = Rounding.Floor }),
        Problem(16, 3, 1, 1, ConvolutionGeometry.Square(3, padding: 1)),
        Problem(1, 2, 5, 7, new ConvolutionGeometry(new Window(2, 1, 1, 1), new Window(5, 3, 2, 2)) { Rounding = Rounding.Floor }),
    ];

    protected abstract CudaBackend<T> Open(CudaOptions options);

    [TestCaseSource(nameof(Problems))]
    public void ConvolutionsAreThoseByColumns(ConvolutionProblem problem)
    {
        using CudaBackend<T> byColumns = Open(new CudaOptions()), withCudnn = Open(cudnnForAll);
        foreach ((Tensor<T> expected, Tensor<T> found) in Results(problem, byColumns).Zip(Results(problem, withCudnn)))
        {
            double difference = Math.Sqrt(expected.Values.ToArray().Zip(found.Values.ToArray(), (a, b) => double.CreateChecked((a - b) * (a - b))).Sum());
            double size = Math.Sqrt(expected.Values.ToArray().Sum(value => double.CreateChecked(value * value)));
            Assert.That(difference, Is.LessThan(tolerance * size), $"of {size}, in {expected.Shape}");
        }
    }

    [TestCaseSource(nameof(Problems))]
    public void TheSameOperandsGiveTheSameBits(ConvolutionProblem problem)
    {
        T[][] results = [.. Enumerable.Range(0, 3).Select(_ =>
        {
            using CudaBackend<T> card = Open(cudnnForAll);
            return Results(problem, card).SelectMany(tensor => tensor.Values.ToArray()).ToArray();
        })];
        Assert.That(results, Is.All.EqualTo(results[0]));
    }

    private static ConvolutionProblem Problem(int groups, int batch, int channels, int maps, ConvolutionGeometry geometry) =>
        new(batch, groups, channels, maps, 15, 18, geometry with { Rounding = Rounding.Floor }, UseBias: true, Seed: 1);

    // On the host, where they outlive the backend.
    private static Tensor<T>[] Results(ConvolutionProblem problem, CudaBackend<T> backend)
    {
        Tensor<T>[] results = problem.Results(backend, problem.Numbers<T>);
        foreach (Tensor<T> tensor in results)
            tensor.LeaveDevice();
        return results;
    }
}

/// <summary>On the CUDA that computes on the processor.</summary>
[TestFixture(TypeArgs = [typeof(float)])]
[TestFixture(TypeArgs = [typeof(double)])]
internal sealed class CudnnOnFakeTests<T> : CudnnAgreementTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private FakeCuda fake = null!;

    [SetUp]
    public void MakeFake()
    {
        FakeCard<T>.NeedsKernels();
        fake = new FakeCuda();
    }

    [TearDown]
    public void AssertClean()
    {
        using (fake)
            fake?.AssertClean();
    }

    protected override CudaBackend<T> Open(CudaOptions options) => FakeCard<T>.Open(options);
}
