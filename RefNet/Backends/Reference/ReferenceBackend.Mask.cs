using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// Random masks, for dropout.
public sealed partial class ReferenceBackend<T>
{
    // The elements of a sample take consecutive random numbers from the sample's own stream. The low 32 bits of a
    // number, over 2³², are uniform in [0, 1): they are below the rate with the required probability.

    /// <inheritdoc/>
    public void DrawMask(Tensor<T> mask, double rate, T kept, (int Seed, int Draw) stream)
    {
        uint threshold = (uint)(rate * (1L << 32));
        for (int n = 0; n < mask.Shape[0]; n++)
        {
            SplitMix64 random = new((ulong)Seeds.Derive(stream.Seed, stream.Draw, n));
            foreach (ref T element in mask.SampleSpan(n))
                element = (uint)random.Next() < threshold ? T.Zero : kept;
        }
    }
}
