using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// The kernels in the order in which the input gradient of a convolution with a stride reads them: for each phase of the input, a matrix
/// with a row per channel, which holds the taps of this phase for all maps.
/// </summary>
/// <remarks>
/// A phase uses few of the taps of each kernel, and in w those of one channel lie a map apart. A tile that reads w itself loads more
/// lines from the second-level cache than its products give time for.
/// </remarks>
internal sealed class PhaseWeights
{
    private readonly int groups;

    // For each tap, the place of the weight of map 0 and channel 0, and the number of taps of its phase.
    private readonly (int Start, int Step)[] taps;

    /// <summary>Orders the kernels.</summary>
    /// <param name="phases">The layouts of all phases of the input.</param>
    /// <param name="maps">The maps of a group.</param>
    /// <param name="channels">The channels of a group.</param>
    /// <param name="taps">The taps of a kernel, each of which belongs to one phase.</param>
    /// <param name="groups">The number of groups.</param>
    public PhaseWeights(IReadOnlyList<ShiftedPlanes> phases, int maps, int channels, int taps, int groups)
    {
        this.groups = groups;
        this.taps = new (int, int)[taps];
        Offsets = OffsetList.Consecutive(maps * taps);
        Starts = new int[phases.Count];
        int start = 0;
        for (int p = 0; p < phases.Count; p++)
        {
            Starts[p] = start;
            for (int k = 0; k < phases[p].Taps; k++) // those of map 0 come first
                this.taps[phases[p].WeightOffsets[k]] = (start + k, phases[p].Taps);
            start += phases[p].Taps * maps * channels;
        }
    }

    /// <summary>Where the matrix of each phase begins, counted from the first weight of a group.</summary>
    public int[] Starts { get; }

    /// <summary>The offsets of the weights in a row of any phase: 0, 1, 2, ...</summary>
    public OffsetList Offsets { get; }

    /// <summary>Writes all kernels in this order, one group after another.</summary>
    public unsafe void Gather<T>(Tensor<T> w, T* target) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelLoop.For(w.Shape[1] * groups, (self: this, w, target: (nint)target), static (channel, s) => s.self.Gather(s.w, channel, (T*)s.target));

    private unsafe void Gather<T>(Tensor<T> w, int channel, T* target) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = w.Shape[1], maps = w.Shape[0] / groups, mapWeights = channels * taps.Length, groupWeights = maps * mapWeights;
        (int group, int row) = (channel / channels, channel % channels * maps);
        target += group * groupWeights;
        fixed (T* weights = w.Values)
        {
            T* source = weights + group * groupWeights + channel % channels * taps.Length;
            for (int map = 0; map < maps; map++, source += mapWeights)
            {
                for (int k = 0; k < taps.Length; k++)
                    target[taps[k].Start + (row + map) * taps[k].Step] = source[k];
            }
        }
    }
}
