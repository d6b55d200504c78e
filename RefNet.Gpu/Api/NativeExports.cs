namespace RefNet.Gpu.Api;

/// <summary>The functions of a native library, by name. Tests substitute their own functions.</summary>
/// <param name="Source">The library, for messages.</param>
/// <param name="Find">Name -> address, or 0 where the library has no such function.</param>
internal sealed record NativeExports(string Source, Func<string, nint> Find)
{
    /// <summary>What has all the functions that are asked for, for messages.</summary>
    public string Needed { get; init; } = "RefNet needs CUDA 11.2 or newer";

    /// <summary>Whether the library has a function.</summary>
    public bool Has(string name) => Find(name) != 0;

    /// <summary>The address of a function.</summary>
    /// <exception cref="CudaException">The library does not have it.</exception>
    public nint this[string name] =>
        Find(name) is not 0 and nint address
            ? address
            : throw new CudaException($"{Source} has no function {name}: {Needed}.");
}
