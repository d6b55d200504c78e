using System.Numerics;

namespace RefNet.Tensors;

/// <summary>
/// A factor of a matrix product: a tensor as a matrix, with one row per index of its first axis and all other axes in
/// the columns, or its transpose. So Y = X Wᵀ is written <c>Product(x, w.Transposed, y)</c>.
/// </summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="IsTransposed">Whether rows and columns are exchanged.</param>
public readonly record struct Factor<T>(Tensor<T> Tensor, bool IsTransposed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of rows.</summary>
    public int Rows => IsTransposed ? Tensor.Count / Tensor.Shape[0] : Tensor.Shape[0];

    /// <summary>The number of columns.</summary>
    public int Columns => IsTransposed ? Tensor.Shape[0] : Tensor.Count / Tensor.Shape[0];

    /// <summary>A tensor, not transposed.</summary>
    public static implicit operator Factor<T>(Tensor<T> tensor) => new(tensor, IsTransposed: false);
}
