using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>A matrix in the memory of the card, without gaps: row-major, or, where it is transposed, its transpose is.</summary>
/// <param name="Address">The address of its first element.</param>
/// <param name="IsTransposed">Whether the transpose is stored there, row by row.</param>
/// <param name="Stride">The distance between stored rows, in elements.</param>
internal readonly record struct DeviceMatrix(nint Address, bool IsTransposed, int Stride)
{
    /// <summary>The copy of a matrix.</summary>
    public static DeviceMatrix Of<T>(nint address, Matrix<T> matrix, bool isTransposed) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(address, isTransposed, isTransposed ? matrix.Rows : matrix.Columns);
}
