using NUnit.Framework;
using RefNet.Gpu;

namespace RefNet.Tests.Gpu.OnCard;

/// <summary>The card of this machine; tests that need one are skipped, visibly, where there is none.</summary>
internal static class Card
{
    private static readonly Lazy<CudaProbe> probe = new(CudaProbe.Run);

    /// <summary>Opens the card; all work goes there.</summary>
    public static CudaGemm Open(CudaOptions? options = null)
    {
        if (probe.Value.Problem is { } problem)
            Assert.Ignore($"It needs an NVIDIA card. {problem}");
        return probe.Value.Open(options ?? new CudaOptions { Costs = CostModel.Always });
    }
}
