using System.Diagnostics.CodeAnalysis;
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
    private int count;
    private int length;
    private fixed ulong words[MostWords]; // the values, one after another
    private fixed byte starts[MostArguments];

    private KernelLaunch(string kernel, nint function, int blocks, int threads) =>
        (Kernel, this.function, this.blocks, this.threads) = (kernel, function, blocks, threads);

    /// <summary>Copies the arguments.</summary>
    public static KernelLaunch Of<T>(string kernel, nint function, int blocks, int threads, ReadOnlySpan<KernelArgument<T>> arguments) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        KernelLaunch launch = new(kernel, function, blocks, threads);
        Span<ulong> values = stackalloc ulong[MostWords];
        foreach (KernelArgument<T> argument in arguments)
            launch.Append(values[..argument.CopyTo(values)]);
        return launch;
    }

    /// <summary>The same launch of a kernel that takes some arguments of another launch after those of this one.</summary>
    public readonly KernelLaunch With(string kernel, nint other, in KernelLaunch next, int[] arguments)
    {
        KernelLaunch launch = new(kernel, other, blocks, threads);
        for (int i = 0; i < count; i++)
            launch.Append(Value(i));
        foreach (int i in arguments)
            launch.Append(next.Value(i));
        return launch;
    }

    /// <summary>The name of the kernel.</summary>
    public string Kernel { get; }

    /// <summary>The first word of an argument: a number or an address.</summary>
    public readonly ulong this[int argument] => words[starts[argument]];

    /// <summary>The last argument: of elementwise kernels, the address of the result.</summary>
    public readonly ulong Result => this[count - 1];

    /// <summary>Whether an argument is this address, or happens to be the same number.</summary>
    public readonly bool Uses(ulong address) => MemoryMarshal.Cast<byte, ulong>(Values).Contains(address);

    /// <summary>Whether some arguments usually differ from step to step: seeds of masks, and rates of optimisers.</summary>
    public readonly bool Varies => Kernel == "draw_mask" || Kernel.EndsWith("_step", StringComparison.Ordinal);

    /// <inheritdoc/>
    public readonly StreamWork Kind => StreamWork.Kernels;

    /// <inheritdoc/>
    public readonly string Name => Kernel;

    [UnscopedRef]
    private readonly ReadOnlySpan<byte> Values => MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in words[0], length));

    // The words of an argument.
    [UnscopedRef]
    private readonly ReadOnlySpan<ulong> Value(int argument) =>
        MemoryMarshal.CreateReadOnlySpan(in words[starts[argument]], (argument + 1 < count ? starts[argument + 1] : length) - starts[argument]);

    private void Append(ReadOnlySpan<ulong> value)
    {
        if (count == MostArguments || length + value.Length > MostWords)
            throw new InvalidOperationException($"{Kernel} has more arguments than a launch has room for.");
        starts[count++] = (byte)length;
        foreach (ulong word in value)
            words[length++] = word;
    }

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
