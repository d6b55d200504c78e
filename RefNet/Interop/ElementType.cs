namespace RefNet.Interop;

/// <summary>The supported types of numbers in files of tensors.</summary>
public enum ElementType
{
    /// <summary>IEEE 754, 64 bits.</summary>
    Float64,

    /// <summary>IEEE 754, 32 bits.</summary>
    Float32,

    /// <summary>IEEE 754, 16 bits.</summary>
    Float16,

    /// <summary>The upper half of an IEEE 754 number of 32 bits.</summary>
    BFloat16,

    /// <summary>Signed, 64 bits.</summary>
    Int64,

    /// <summary>Signed, 32 bits.</summary>
    Int32,

    /// <summary>Signed, 16 bits.</summary>
    Int16,

    /// <summary>Signed, 8 bits.</summary>
    Int8,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8,

    /// <summary>A byte that is 0 for false.</summary>
    Boolean,
}

/// <summary>The names of these types in files, and their lengths.</summary>
internal static class ElementTypes
{
    private static readonly (ElementType Type, string Safetensors, string NumPy, int Bytes)[] All =
    [
        (ElementType.Float64, "F64", "f8", 8), (ElementType.Float32, "F32", "f4", 4), (ElementType.Float16, "F16", "f2", 2), (ElementType.BFloat16, "BF16", "bfloat16", 2),
        (ElementType.Int64, "I64", "i8", 8), (ElementType.Int32, "I32", "i4", 4), (ElementType.Int16, "I16", "i2", 2), (ElementType.Int8, "I8", "i1", 1),
        (ElementType.UInt64, "U64", "u8", 8), (ElementType.UInt32, "U32", "u4", 4), (ElementType.UInt16, "U16", "u2", 2), (ElementType.UInt8, "U8", "u1", 1),
        (ElementType.Boolean, "BOOL", "b1", 1),
    ];

    /// <summary>The type of a safetensors name such as F32; null for one that is not read.</summary>
    public static ElementType? OfSafetensors(string name) => All.Where(known => known.Safetensors == name).Select(known => (ElementType?)known.Type).FirstOrDefault();

    /// <summary>The type of a NumPy name such as f4, without the byte order; null for one that is not read.</summary>
    public static ElementType? OfNumPy(string name) => All.Where(known => known.NumPy == name).Select(known => (ElementType?)known.Type).FirstOrDefault();

    /// <summary>The bytes of a number.</summary>
    public static int Bytes(this ElementType type) => All[(int)type].Bytes;
}
