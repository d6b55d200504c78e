using System.IO.Compression;
using System.Numerics;
using System.Runtime.InteropServices;
using RefNet.Tensors;

namespace RefNet.Interop;

/// <summary>
/// Writes NumPy's formats: npy, one tensor, and npz, a zip archive of them by name. <see cref="TensorFile.Read"/> and
/// numpy.load read both. The same tensors give the same bytes.
/// </summary>
public static class NumPy
{
    // The earliest time in zip, so that archives of the same tensors are identical.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes an npy file, atomically: its name always has the complete old or new contents.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="tensor">The tensor; float becomes &lt;f4, double &lt;f8.</param>
    /// <exception cref="IOException">The disk is full, or the folder is missing.</exception>
    public static void WriteNpy<T>(string path, Tensor<T> tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        AtomicFile.Write(path, stream => WriteNpy(stream, tensor));

    /// <summary>Writes an npz file, atomically: its name always has the complete old or new contents.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="tensors">The tensors by name; they are written in ordinal order.</param>
    /// <param name="compression">The level of compression; weights compress little.</param>
    /// <exception cref="IOException">The disk is full, or the folder is missing.</exception>
    public static void WriteNpz<T>(string path, IReadOnlyDictionary<string, Tensor<T>> tensors, CompressionLevel compression = CompressionLevel.NoCompression)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        AtomicFile.Write(path, stream => WriteNpz(stream, tensors, compression));

    /// <summary>Writes the contents of an npy file.</summary>
    public static void WriteNpy<T>(Stream stream, Tensor<T> tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string type = typeof(T) == typeof(float) ? "<f4"
            : typeof(T) == typeof(double) ? "<f8"
            : throw new NotSupportedException($"Tensors of {typeof(T).Name} cannot be written: use float or double.");
        stream.Write(NpyHeader.Write(type, tensor.Shape.ToArray()));
        stream.Write(MemoryMarshal.AsBytes(tensor.Values));
    }

    /// <summary>Writes the contents of an npz file.</summary>
    public static void WriteNpz<T>(Stream stream, IReadOnlyDictionary<string, Tensor<T>> tensors, CompressionLevel compression = CompressionLevel.NoCompression)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (string name in tensors.Keys.Order(StringComparer.Ordinal))
        {
            ZipArchiveEntry entry = archive.CreateEntry(name + ".npy", compression);
            entry.LastWriteTime = NoTime;
            using Stream contents = entry.Open();
            WriteNpy(contents, tensors[name]);
        }
    }
}
