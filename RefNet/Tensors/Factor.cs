using System.Numerics;

namespace RefNet.Tensors;

/// <summary>
/// A factor of a matrix product: a tensor as a matrix, with a row for each index of its first axis and everything else in the
/// columns, or the transpose of it. So Y = X Wᵀ reads <c>Product(x, w.Transposed, y)</c>.
/// </summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="IsTransposed">Whether rows and columns change places.</param>
public readonly record struct Factor<T>(Tensor<T> Tensor, bool IsTransposed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of rows.</summary>
    public int Rows => IsTransposed ? Tensor.Count / Tensor.Shape[0] : Tensor.Shape[0];

    /// <summary>The number of columns.</summary>
    public int Columns => IsTransposed ? Tensor.Shape[0] : Tensor.Count / Tensor.Shape[0];

    /// <summary>A tensor as it stands.</summary>
    public static implicit operator Factor<T>(Tensor<T> tensor) => new(tensor, IsTransposed: false);
}
