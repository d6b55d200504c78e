using RefNet.Tensors;

namespace RefNet.Initializers;

/// <summary>w(u,v) = 1 in the middle of the kernels on the diagonal of channels, 0 elsewhere.</summary>
internal sealed class IdentityInitializer : Initializer
{
    public override void Fill<T>(Span<T> weights, Shape shape, int fanIn, int fanOut, Random random)
    {
        if (shape.Rank != 4)
            throw new ArgumentException($"Kernels of the identity are channels x channels of a group x rows x columns. Found {shape}.");
        weights.Clear();
        int taps = shape[2] * shape[3], middle = shape[2] / 2 * shape[3] + shape[3] / 2;
        for (int channel = 0; channel < shape[0]; channel++)
            weights[(channel * shape[1] + channel % shape[1]) * taps + middle] = T.One;
    }

    public override void Fill<T>(Span<T> weights, int fanIn, int fanOut, Random random) =>
        throw new NotSupportedException("Kernels of the identity depend on their shape.");

    public override string ToString() => nameof(Identity);
}
