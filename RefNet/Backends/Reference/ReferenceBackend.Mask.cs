using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// Random masks, for dropout.
public sealed partial class ReferenceBackend<T>
{
    // The elements of a sample take the random numbers of a stream of their own, one after another. The low 32 bits of a
    // number, over 2³², are uniform in [0, 1): they lie below the rate with the probability that is asked for.

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
