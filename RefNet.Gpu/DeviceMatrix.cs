using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>A matrix in the memory of the card, without gaps: row-major, or, where it is transposed, its transpose is.</summary>
/// <param name="Address">Where its first element stands.</param>
/// <param name="IsTransposed">Whether the transpose lies there, row after row.</param>
/// <param name="Stride">The distance from one row, of what lies there, to the next, in elements.</param>
internal readonly record struct DeviceMatrix(nint Address, bool IsTransposed, int Stride)
{
    /// <summary>The copy of a matrix.</summary>
    public static DeviceMatrix Of<T>(nint address, Matrix<T> matrix, bool isTransposed) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(address, isTransposed, isTransposed ? matrix.Rows : matrix.Columns);
}
