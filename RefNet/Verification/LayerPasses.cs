using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>
/// Runs a layer forward and backward from the same state each time. All memory that it owns is filled with a given number
/// first, so that elements the layer does not write show that number.
/// </summary>
/// <param name="layer">The layer.</param>
/// <param name="u">The gradient of its output.</param>
internal sealed class LayerPasses(Layer<double> layer, RandomWeights u)
{
    private readonly LayerState state = new(layer);
    private Tensor<double>[] memory = [];

    /// <summary>Runs it once on a batch of the final size, to find the memory it owns; a pass on a larger batch must precede.</summary>
    public void Begin(Tensor<double> other, Mode mode)
    {
        Tensor<double> x = other.Clone(), dY = u.Gradient(layer.Forward(x, mode).Shape);
        layer.Backward(dY);
        memory = [.. layer.Walk().SelectMany(place => new[] { place.Layer.Output, place.Layer.InputGradient, place.Layer.OutputGradient })
            .OfType<Tensor<double>>().Where(tensor => !tensor.SharesMemoryWith(x) && !tensor.SharesMemoryWith(dY))];
        state.Restore();
    }

    /// <summary>Runs a pass.</summary>
    /// <param name="x">The batch.</param>
    /// <param name="mode">The mode.</param>
    /// <param name="leftOver">The number that fills the memory of the layer before the pass.</param>
    /// <param name="needsInputGradient">Whether to compute dX.</param>
    /// <param name="passesBefore">An action before the pass, such as other passes; the state is restored after it.</param>
    /// <param name="backwards">The number of Backward calls, each from gradients of 0; the last one is returned.</param>
    /// <param name="pool">
    /// The pool for a pass as in training, where outputs that no Backward reads and gradients are not kept: these become NaN after Forward; null for each
    /// layer's own memory.
    /// </param>
    public LayerPass Run(
        Tensor<double> x, Mode mode, double leftOver, bool needsInputGradient = true, Action? passesBefore = null, int backwards = 1, TensorPool<double>? pool = null)
    {
        passesBefore?.Invoke();
        state.Restore();
        layer.ClearGradients();
        foreach (Tensor<double> tensor in memory)
            tensor.Span.Fill(leftOver);

        Tensor<double> given = x.Clone();
        PassMemory<double> kept = pool is null ? PassMemory<double>.KeepingAll : PassMemory<double>.ForTraining(pool) with { KeepsOutput = false };
        Tensor<double> y = layer.Forward(given, mode, kept), result = y.Clone();
        string? byForward = Changes.Of("x", x, given) ?? state.ChangedParameter() ?? state.GradientNotZero()
            ?? (mode == Mode.Evaluate ? state.ChangedBuffer() : null);

        Tensor<double>[] buffers = state.CopyBuffers();
        pool?.Fill(double.NaN);
        if (pool is not null && !layer.ReadsInput)
            given.Span.Fill(double.NaN);
        Tensor<double> xBefore = given.Clone(), yBefore = y.Clone(), dYBefore = u.Gradient(y.Shape);
        Tensor<double>? dX = null;
        string? byBackward = null;
        for (int i = 0; i < backwards; i++)
        {
            layer.ClearGradients();
            Tensor<double> dY = dYBefore.Clone();
            pool?.ReturnAll();
            dX = layer.Backward(dY, needsInputGradient, pool);
            byBackward ??= Changes.Of("dY", dYBefore, dY) ?? Changes.Of("x", xBefore, given) ?? Changes.Of("y", yBefore, y)
                ?? state.ChangedParameter() ?? state.ChangedBuffer(buffers);
        }

        Tensor<double>[] gradients = [.. layer.Parameters.Select(parameter => parameter.Gradient.Clone())];
        return new LayerPass(result, dX?.Clone(), gradients, state.CopyBuffers(), byForward, byBackward);
    }

    /// <summary>Restores parameters, gradients and buffers to their state at the start.</summary>
    public void Restore() => state.Restore();
}
