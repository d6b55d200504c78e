using System.Numerics;

namespace RefNet.Layers;

/// <summary>Which outputs a Forward keeps until Backward, and the memory of the others.</summary>
/// <param name="Pool">Lends memory for outputs that are not kept; null where each layer keeps its own.</param>
/// <param name="BackwardFollows">Whether a Backward follows; a prediction keeps nothing.</param>
/// <param name="KeepsOutput">Whether the output is read after the next layer's Forward: by that layer's Backward, or by the caller of the pass.</param>
internal readonly record struct PassMemory<T>(TensorPool<T>? Pool, bool BackwardFollows, bool KeepsOutput) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Every layer keeps its output.</summary>
    public static PassMemory<T> KeepingAll => new(null, BackwardFollows: true, KeepsOutput: true);

    /// <summary>No output is kept.</summary>
    public static PassMemory<T> ForPrediction(TensorPool<T> pool) => new(pool, BackwardFollows: false, KeepsOutput: false);

    /// <summary>Outputs that a Backward reads are kept, and that of the whole network.</summary>
    public static PassMemory<T> ForTraining(TensorPool<T> pool) => new(pool, BackwardFollows: true, KeepsOutput: true);

    /// <summary>Whether a layer's output is kept, given what its own Backward reads.</summary>
    public bool KeepsOutputOf(BackwardReads reads) => Pool is null || (BackwardFollows && (KeepsOutput || (reads & BackwardReads.Output) != 0));
}
