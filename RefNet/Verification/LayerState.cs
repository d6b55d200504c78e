using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>The state of a layer between passes: the values and gradients of its parameters, and its buffers.</summary>
internal sealed class LayerState
{
    private readonly Kept[] parameters;
    private readonly Kept[] gradients;
    private readonly Kept[] buffers;

    /// <summary>Copies the present state of a layer.</summary>
    public LayerState(Layer<double> layer)
    {
        parameters = [.. layer.NamedParameters().Select(named => new Kept(named.Path, named.Parameter.Value))];
        gradients = [.. layer.NamedParameters().Select(named => new Kept($"the gradient of {named.Path}", named.Parameter.Gradient))];
        buffers = [.. layer.NamedBuffers().Select(named => new Kept($"the buffer {named.Path}", named.Buffer.Value))];
    }

    /// <summary>Restores everything.</summary>
    public void Restore()
    {
        foreach (Kept tensor in parameters.Concat(gradients).Concat(buffers))
            tensor.Restore();
    }

    /// <summary>A copy of the present buffers.</summary>
    public Tensor<double>[] CopyBuffers() => [.. buffers.Select(buffer => buffer.Now)];

    /// <summary>The first buffer that differs from its copy; null if none does.</summary>
    public string? ChangedBuffer(Tensor<double>[] copies) =>
        buffers.Zip(copies).Select(pair => pair.First.ChangeFrom(pair.Second)).FirstOrDefault(change => change is not null);

    /// <summary>Restores the buffers.</summary>
    public void RestoreBuffers()
    {
        foreach (Kept buffer in buffers)
            buffer.Restore();
    }

    /// <summary>The first parameter that has changed, with the index and the change; null if none has.</summary>
    public string? ChangedParameter() => FirstChange(parameters);

    /// <summary>The first gradient that is not 0.</summary>
    public string? GradientNotZero() => gradients.Select(gradient => gradient.NotZero).FirstOrDefault(found => found is not null);

    /// <summary>The first buffer that has changed.</summary>
    public string? ChangedBuffer() => FirstChange(buffers);

    private static string? FirstChange(Kept[] tensors) => tensors.Select(tensor => tensor.Change).FirstOrDefault(change => change is not null);

    private sealed class Kept(string name, Tensor<double> live)
    {
        private readonly Tensor<double> saved = live.Clone();

        public string? Change => ChangeFrom(saved);

        public Tensor<double> Now => live.Clone();

        public string? ChangeFrom(Tensor<double> before) => Changes.Of(name, before, live);

        public string? NotZero
        {
            get
            {
                int place = live.Values.IndexOfAnyExcept(0.0);
                return place < 0 ? null : $"{name} at [{place}]: 0 became {Bits.Show(live.Values[place])}";
            }
        }

        public void Restore() => live.CopyFrom(saved.Values);
    }
}
