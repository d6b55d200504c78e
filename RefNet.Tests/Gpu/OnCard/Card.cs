using System.Numerics;
using NUnit.Framework;
using RefNet.Gpu;

namespace RefNet.Tests.Gpu.OnCard;

/// <summary>The card of this machine; tests that need one are left out, visibly, where there is none.</summary>
internal static class Card
{
    // Set where a card is known to be: nothing is left out there.
    private const string Demanded = "REFNET_TEST_CARD";

    private static readonly Lazy<CudaProbe> probe = new(CudaProbe.Run);

    // A driver makes the context of a card when its first user comes, in a second or so, and takes it down after the last:
    // so one stays open until the program ends.
    private static readonly Lazy<CudaGemm> held = new(() => probe.Value.Open());

    /// <summary>Why there is no card; null if there is one.</summary>
    public static string? Problem => probe.Value.Problem;

    /// <summary>Why there is no cuDNN; null if there is.</summary>
    public static string? CudnnProblem => probe.Value.Cudnn is (false, string problem) ? problem : null;

    /// <summary>Whether tests that need a card are to be run: there is one, or there should be.</summary>
    public static bool IsExpected => Problem is null || Environment.GetEnvironmentVariable(Demanded) == "1";

    /// <summary>Opens the card for networks.</summary>
    public static CudaBackend<T> OpenBackend<T>(CudaOptions? options = null) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Probe().OpenBackend<T>(options);

    /// <summary>Opens the card for products, however small.</summary>
    public static CudaGemm Open() => Probe().Open(new CudaOptions { SmallestProduct = 0 });

    private static CudaProbe Probe()
    {
        if (Problem is { } problem)
            Assert.Fail($"It needs an NVIDIA card, and {Demanded} says that there is one. {problem}");
        _ = held.Value;
        return probe.Value;
    }
}
