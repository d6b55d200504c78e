using System.Numerics;
using System.Runtime.InteropServices;

namespace RefNet.Gpu;

/// <summary>A launch of a kernel, with the values of its arguments.</summary>
internal unsafe struct KernelLaunch : IStreamPiece, IEquatable<KernelLaunch>
{
    private const int MostArguments = 16;
    private const int MostWords = 32;

    private readonly nint function;
    private readonly int blocks;
    private readonly int threads;
    private readonly int count;
    private readonly int length;
    private fixed ulong words[MostWords]; // the values, one after another
    private fixed byte starts[MostArguments];

    private KernelLaunch(nint function, int blocks, int threads, bool varies, int count, ReadOnlySpan<ulong> values, ReadOnlySpan<byte> places)
    {
        (this.function, this.blocks, this.threads, Varies, this.count, length) = (function, blocks, threads, varies, count, values.Length);
        for (int i = 0; i < values.Length; i++)
            words[i] = values[i];
        for (int i = 0; i < count; i++)
            starts[i] = places[i];
    }

    /// <summary>Copies the arguments.</summary>
    public static KernelLaunch Of<T>(nint function, int blocks, int threads, bool varies, ReadOnlySpan<KernelArgument<T>> arguments) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<ulong> values = stackalloc ulong[MostWords];
        Span<byte> places = stackalloc byte[MostArguments];
        int length = 0;
        for (int i = 0; i < arguments.Length; i++)
        {
            places[i] = (byte)length;
            length += arguments[i].CopyTo(values[length..]);
        }

        return new KernelLaunch(function, blocks, threads, varies, arguments.Length, values[..length], places);
    }

    /// <summary>Whether some arguments, such as a seed or a rate, usually differ from step to step.</summary>
    public bool Varies { get; }

    /// <inheritdoc/>
    public readonly StreamWork Kind => StreamWork.Kernels;

    private readonly ReadOnlySpan<byte> Values => MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in words[0], length));

    /// <inheritdoc/>
    public readonly void Issue(CudaDevice device)
    {
        void** places = stackalloc void*[count];
        fixed (ulong* first = words)
        {
            for (int i = 0; i < count; i++)
                places[i] = first + starts[i];
            device.Api.Driver.Launch(function, blocks, threads, device.Stream, places);
        }
    }

    /// <inheritdoc/>
    public readonly bool Equals(KernelLaunch other) =>
        (function, blocks, threads, count) == (other.function, other.blocks, other.threads, other.count) && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override readonly bool Equals(object? other) => other is KernelLaunch launch && Equals(launch);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(function, blocks, threads, length);
}
