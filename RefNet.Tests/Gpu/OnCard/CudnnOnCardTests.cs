using System.Numerics;
using NUnit.Framework;
using RefNet.Gpu;

namespace RefNet.Tests.Gpu.OnCard;

/// <summary>On the card.</summary>
[Category("Gpu")]
internal abstract class CudnnOnCardTests<T> : CudnnAgreementTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [SetUp]
    public void NeedsCudnn()
    {
        if (Card.CudnnProblem is { } problem)
            Assert.Ignore($"It needs cuDNN. {problem}.");
    }

    protected override CudaBackend<T> Open(CudaOptions options) => Card.OpenBackend<T>(options);
}

[CardFixture]
internal sealed class CudnnOnCardSingleTests : CudnnOnCardTests<float>;

[CardFixture]
internal sealed class CudnnOnCardDoubleTests : CudnnOnCardTests<double>;
