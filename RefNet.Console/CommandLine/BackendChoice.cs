using System.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Backends.Simd;
using RefNet.Gpu;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>The backend that --backend asks for. Disposing it releases the card.</summary>
internal sealed class BackendChoice<T> : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CudaBackend<T>? card;

    private BackendChoice(string name, IBackend<T> backend)
    {
        Name = name;
        Backend = backend;
        card = backend as CudaBackend<T>;
    }

    /// <summary>One of <see cref="BackendNames.All"/>.</summary>
    public string Name { get; }

    /// <summary>The backend for networks.</summary>
    public IBackend<T> Backend { get; }

    /// <summary>Whether the card rounds the operands of products of floats to TF32.</summary>
    public bool Tf32 => card?.Options.AllowTf32 ?? false;

    /// <summary>Whether cuDNN computes convolutions.</summary>
    public bool Cudnn => card?.Options.UseCudnn ?? false;

    /// <summary>Creates the backend of a name.</summary>
    /// <param name="wanted">One of <see cref="BackendNames.All"/>, or auto; null for the default, simd.</param>
    /// <param name="ofCard">How a card computes.</param>
    /// <param name="findCuda">Finds CUDA.</param>
    /// <param name="shown">The terminal for reporting the choice, unless it is the default.</param>
    /// <exception cref="InputException">cuda is asked for and cannot be used.</exception>
    public static BackendChoice<T> Take(string? wanted, CudaOptions ofCard, Func<CudaProbe> findCuda, Terminal shown)
    {
        switch (wanted)
        {
            case null or BackendNames.Simd:
                return new BackendChoice<T>(BackendNames.Simd, BackendDefaults<T>.Backend);
            case BackendNames.Reference:
                shown.WriteLine("backend: reference, plain loops");
                return new BackendChoice<T>(BackendNames.Reference, new ReferenceBackend<T>());
            case BackendNames.MathNet:
                shown.WriteLine($"backend: mathnet, {LinearAlgebraControl.Provider}");
                return new BackendChoice<T>(BackendNames.MathNet, new SimdBackend<T>(new MathNetGemm<T>()));
        }

        (CudaBackend<T>? card, string? problem) = Open(findCuda(), ofCard);
        if (card is null && wanted == BackendNames.Cuda)
            throw new InputException($"--backend cuda: CUDA cannot be used here. {problem}. Use --backend simd, or see {Host.Invocation} gpu.");
        shown.WriteLine(card is null
            ? $"backend: simd, because CUDA cannot be used here. {problem}."
            : $"backend: cuda, {card.DeviceName}{(ofCard.UseCudnn ? ", cuDNN" : "")}{(ofCard.AllowTf32 ? ", TF32" : "")}{(ofCard.UseGraphs ? ", graphs" : "")}");
        return card is null ? new BackendChoice<T>(BackendNames.Simd, BackendDefaults<T>.Backend) : new BackendChoice<T>(BackendNames.Cuda, card);
    }

    /// <summary>Writes the transfers between host and card; nothing for the other backends.</summary>
    public void WriteAccount(Terminal shown)
    {
        if (card is null)
            return;
        shown.WriteLine("Numbers transferred between host and card, by layer:");
        foreach (Crossing crossing in card.Crossings.All)
        {
            shown.WriteLine($"  {(crossing.Layer.Length == 0 ? "host" : crossing.Layer)}: {Format.Count(crossing.Numbers)} "
                + $"to the {(crossing.ToCard ? "card" : "host")}, {Format.Count(crossing.Times)} times");
        }
    }

    /// <summary>Releases the card.</summary>
    public void Dispose() => card?.Dispose();

    private static (CudaBackend<T>?, string? Problem) Open(CudaProbe probe, CudaOptions options)
    {
        if (probe.Problem is not null)
            return (null, probe.Problem.TrimEnd('.'));
        try
        {
            return (probe.OpenBackend<T>(probe.Defaults with { AllowTf32 = options.AllowTf32, UseCudnn = options.UseCudnn, UseGraphs = options.UseGraphs }), null);
        }
        catch (CudaException error)
        {
            return (null, error.Message.TrimEnd('.'));
        }
    }
}
