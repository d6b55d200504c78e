using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace RefNet.Interop;

/// <summary>Converts the numbers of a file to those of a tensor. For little-endian machines, which .NET usually runs on.</summary>
internal static class ElementConversion
{
    /// <summary>Converts all numbers.</summary>
    /// <param name="type">The type of the numbers.</param>
    /// <param name="bytes">The numbers, one after another.</param>
    /// <param name="isBigEndian">Whether the most significant byte comes first.</param>
    /// <param name="target">Has room for all numbers in <paramref name="bytes"/>.</param>
    /// <returns>The index of a finite number that <typeparamref name="T"/> cannot represent, or of an integer that it would round; or -1.</returns>
    public static int Convert<T>(ElementType type, ReadOnlySpan<byte> bytes, bool isBigEndian, Span<T> target) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (isBigEndian && type.Bytes() > 1)
            bytes = Reversed(bytes, type.Bytes());
        return type switch
        {
            ElementType.Float64 => Floats<double, T>(bytes, target),
            ElementType.Float32 => Floats<float, T>(bytes, target),
            ElementType.Float16 => Floats<Half, T>(bytes, target),
            ElementType.BFloat16 => Floats<float, T>(Widened(bytes), target),
            ElementType.Int64 => Integers<long, T>(bytes, target),
            ElementType.Int32 => Integers<int, T>(bytes, target),
            ElementType.Int16 => Integers<short, T>(bytes, target),
            ElementType.Int8 => Integers<sbyte, T>(bytes, target),
            ElementType.UInt64 => Integers<ulong, T>(bytes, target),
            ElementType.UInt32 => Integers<uint, T>(bytes, target),
            ElementType.UInt16 => Integers<ushort, T>(bytes, target),
            ElementType.UInt8 => Integers<byte, T>(bytes, target),
            ElementType.Boolean => Booleans(bytes, target),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
    }

    private static int Floats<TFile, T>(ReadOnlySpan<byte> bytes, Span<T> target)
        where TFile : unmanaged, IBinaryFloatingPointIeee754<TFile>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<TFile> source = MemoryMarshal.Cast<byte, TFile>(bytes);
        TensorPrimitives.ConvertTruncating(source, target);
        for (int i = 0; i < source.Length; i++)
        {
            if (TFile.IsFinite(source[i]) && !T.IsFinite(target[i]))
                return i;
        }

        return -1;
    }

    private static int Integers<TFile, T>(ReadOnlySpan<byte> bytes, Span<T> target)
        where TFile : unmanaged, IBinaryInteger<TFile>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<TFile> source = MemoryMarshal.Cast<byte, TFile>(bytes);
        for (int i = 0; i < source.Length; i++)
        {
            target[i] = T.CreateTruncating(source[i]);
            // 128 bits hold every integer of a file, and every number that one of them is rounded to.
            if (!T.IsFinite(target[i]) || Int128.CreateTruncating(target[i]) != Int128.CreateTruncating(source[i]))
                return i;
        }

        return -1;
    }

    private static int Booleans<T>(ReadOnlySpan<byte> bytes, Span<T> target) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < bytes.Length; i++)
            target[i] = bytes[i] == 0 ? T.Zero : T.One;
        return -1;
    }

    private static byte[] Widened(ReadOnlySpan<byte> bytes)
    {
        byte[] wide = new byte[2 * bytes.Length];
        for (int i = 0; i < bytes.Length; i += 2)
            bytes.Slice(i, 2).CopyTo(wide.AsSpan(2 * i + 2));
        return wide;
    }

    private static byte[] Reversed(ReadOnlySpan<byte> bytes, int size)
    {
        byte[] reversed = new byte[bytes.Length];
        switch (size)
        {
            case 2:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ushort>(bytes), MemoryMarshal.Cast<byte, ushort>(reversed.AsSpan()));
                break;
            case 4:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(bytes), MemoryMarshal.Cast<byte, uint>(reversed.AsSpan()));
                break;
            default:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ulong>(bytes), MemoryMarshal.Cast<byte, ulong>(reversed.AsSpan()));
                break;
        }

        return reversed;
    }
}
