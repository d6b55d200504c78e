using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace RefNet.Gpu;

/// <summary>The kernels of the CUDA backend, compiled for one type of numbers and the present card. Used within a turn.</summary>
internal sealed class CudaKernels<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int ThreadsPerBlock = 256;
    private const int FewestLanes = 32;
    private const int BlocksPerMultiprocessor = 32;

    private readonly CudaDevice device;
    private readonly nint module;
    private readonly Dictionary<string, nint> functions = [];

    /// <summary>Compiles and loads them.</summary>
    /// <exception cref="CudaException">The compiler does not know the card, or a call failed.</exception>
    public CudaKernels(CudaDevice device)
    {
        this.device = device;
        (int major, int minor) = device.ComputeCapability;
        string architecture = device.Api.Compiler.ArchitectureFor(major, minor);
        module = device.Api.Driver.LoadModule(
            device.Api.Compiler.Compile("backend.cu", CudaSource.Read("backend.cu"), architecture, $"-DREAL={(typeof(T) == typeof(float) ? "float" : "double")}", "--std=c++17"));
    }

    /// <summary>Runs a kernel on the elements of its result, with at most one thread per element, after all earlier work.</summary>
    /// <param name="kernel">Its name.</param>
    /// <param name="elements">The number of elements, 1 or more.</param>
    /// <param name="arguments">Its arguments.</param>
    public void ForEach(string kernel, long elements, params ReadOnlySpan<KernelArgument<T>> arguments) => Launch(
        kernel, (int)Math.Min((elements + ThreadsPerBlock - 1) / ThreadsPerBlock, (long)device.Multiprocessors * BlocksPerMultiprocessor), ThreadsPerBlock, arguments);

    /// <summary>Runs a kernel on blocks of cooperating threads, after all earlier work.</summary>
    /// <param name="kernel">Its name.</param>
    /// <param name="blocks">The number of blocks, 1 or more.</param>
    /// <param name="terms">The number of terms that a block sums: it gets this many threads, from a warp to 256.</param>
    /// <param name="arguments">Its arguments.</param>
    public void Blocks(string kernel, int blocks, int terms, params ReadOnlySpan<KernelArgument<T>> arguments) =>
        Launch(kernel, blocks, (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((uint)terms), FewestLanes, ThreadsPerBlock), arguments);

    /// <summary>Unloads the kernels; never throws.</summary>
    public void Unload() => device.Api.Driver.UnloadModule(module);

    private void Launch(string kernel, int blocks, int threads, ReadOnlySpan<KernelArgument<T>> arguments)
    {
        KernelLaunch launch = KernelLaunch.Of(kernel, Function(kernel), blocks, threads, arguments);
        if (device.Held is { } held && KernelFusion.Find(held, launch) is { } fused)
            device.ReplaceHeld(held.With(fused.Kernel, Function(fused.Kernel), launch, fused.Arguments));
        else
            device.Do(launch);
    }

    private nint Function(string kernel)
    {
        if (!functions.TryGetValue(kernel, out nint function))
            functions.Add(kernel, function = device.Api.Driver.Function(module, Encoding.ASCII.GetBytes(kernel + '\0')));
        return function;
    }
}

/// <summary>An argument of a kernel: a number, an address of the card, or the address of a struct.</summary>
internal readonly struct KernelArgument<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A card reads as many of these bytes as the type of the argument needs. Of a struct, its address and its size.
    private readonly ulong first;
    private readonly ulong second;
    private readonly bool isStruct;

    private KernelArgument(ulong first, ulong second = 0, bool isStruct = false) => (this.first, this.second, this.isStruct) = (first, second, isStruct);

    /// <summary>Copies the value, in words of 8 bytes.</summary>
    /// <returns>The number of words.</returns>
    public unsafe int CopyTo(Span<ulong> words)
    {
        if (!isStruct)
        {
            (words[0], words[1]) = (first, second);
            return 2;
        }

        int bytes = (int)second;
        new ReadOnlySpan<byte>((void*)first, bytes).CopyTo(MemoryMarshal.AsBytes(words));
        return (bytes + 7) / 8;
    }

    public static implicit operator KernelArgument<T>(int number) => new((uint)number);

    public static implicit operator KernelArgument<T>(nint address) => new((ulong)address);

    public static implicit operator KernelArgument<T>(T number) =>
        new(typeof(T) == typeof(float) ? BitConverter.SingleToUInt32Bits(float.CreateChecked(number)) : BitConverter.DoubleToUInt64Bits(double.CreateChecked(number)));

    public static implicit operator KernelArgument<T>(Divisor divisor) => new(divisor.Value | (ulong)divisor.Factor << 32, divisor.Shift);

    /// <summary>A struct, which must not move until the launch.</summary>
    public static unsafe KernelArgument<T> Of<TStruct>(TStruct* place) where TStruct : unmanaged => new((ulong)place, (ulong)sizeof(TStruct), isStruct: true);
}

/// <summary>The sources of the kernels, embedded in this assembly.</summary>
internal static class CudaSource
{
    private const string Include = "#include \"";

    /// <summary>A source, with the first include of each file replaced by its contents.</summary>
    public static string Read(string name)
    {
        StringBuilder text = new();
        Append(name, text, []);
        return text.ToString();
    }

    private static void Append(string name, StringBuilder text, HashSet<string> seen)
    {
        if (!seen.Add(name))
            return;
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream);
        text.Append($"#line 1 \"{name}\"\n");
        for (int line = 1; reader.ReadLine() is { } source; line++)
        {
            if (source.StartsWith(Include, StringComparison.Ordinal))
            {
                Append(source[Include.Length..].TrimEnd('"'), text, seen);
                text.Append($"#line {line + 1} \"{name}\"\n");
            }
            else if (source != "#pragma once")
            {
                text.Append(source).Append('\n');
            }
        }
    }
}
