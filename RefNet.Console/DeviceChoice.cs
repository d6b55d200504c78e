using RefNet.Gpu;
using RefNet.LinearAlgebra;

namespace RefNet.Console;

/// <summary>
/// What --device asks for: until it is disposed of, new networks multiply their matrices there. Made before the network.
/// </summary>
internal sealed class DeviceChoice : IDisposable
{
    public const string Processor = "cpu";
    public const string Cuda = "cuda";
    public const string Auto = "auto";

    private readonly IGemm<float> before = GemmDefaults<float>.Current;
    private readonly CudaGemm? gemm;

    private DeviceChoice(CudaGemm? gemm)
    {
        this.gemm = gemm;
        if (gemm is not null)
            GemmDefaults<float>.Current = gemm;
    }

    /// <summary>The name of what was chosen: cpu or cuda.</summary>
    public string Name => gemm is null ? Processor : Cuda;

    /// <summary>Whether products of floats round their operands to TF32.</summary>
    public bool Tf32 => gemm?.Options.AllowTf32 ?? false;

    /// <summary>Takes the device that is wanted.</summary>
    /// <param name="wanted">cpu, cuda or auto; null for cpu.</param>
    /// <param name="tf32">Whether the card may round the operands of products of floats to TF32.</param>
    /// <param name="probe">What looks for CUDA.</param>
    /// <param name="shown">Where it says what it chose, unless the processor was asked for.</param>
    /// <exception cref="InputException">cuda is wanted and cannot be used.</exception>
    public static DeviceChoice Take(string? wanted, bool tf32, Func<CudaProbe> probe, Terminal shown)
    {
        if (wanted is null or Processor)
            return new DeviceChoice(null);

        (CudaGemm? gemm, string? problem) = Open(probe(), tf32);
        if (gemm is null && wanted == Cuda)
            throw new InputException($"--device cuda: CUDA cannot be used here. {problem}. Use --device cpu, or see {Host.Invocation} gpu.");
        shown.WriteLine(gemm is null ? $"device: cpu, because CUDA cannot be used here. {problem}." : $"device: cuda, {gemm.DeviceName}{(tf32 ? ", TF32" : "")}");
        return new DeviceChoice(gemm);
    }

    /// <summary>Says how much of the work was worth the way to the card.</summary>
    public void WriteAccount(Terminal shown)
    {
        if (gemm is null)
            return;
        long onCard = gemm.Decisions.Where(entry => entry.Decision.OnCard).Sum(entry => entry.Count);
        long all = gemm.Decisions.Sum(entry => entry.Count);
        shown.WriteLine($"cuda: {Format.Count(onCard)} of {Format.Count(all)} products and convolutions were worth the way to the card");
    }

    /// <summary>Gives the card back.</summary>
    public void Dispose()
    {
        GemmDefaults<float>.Current = before;
        gemm?.Dispose();
    }

    private static (CudaGemm?, string? Problem) Open(CudaProbe probe, bool tf32)
    {
        if (probe.Problem is not null)
            return (null, probe.Problem.TrimEnd('.'));
        try
        {
            return (probe.Open(probe.Defaults with { AllowTf32 = tf32 }), null);
        }
        catch (CudaException error)
        {
            return (null, error.Message.TrimEnd('.'));
        }
    }
}
