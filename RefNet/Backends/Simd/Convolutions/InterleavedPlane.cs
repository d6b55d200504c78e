using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// The memory layout of one channel of a group of images, one image per lane of a register: element (row, column) of
/// all images is at (row * Columns + column) * Lanes; rows and columns include the zeros around the images.
/// </summary>
/// <param name="Lanes">The number of images in a group.</param>
/// <param name="Rows">The rows of the plane.</param>
/// <param name="Columns">The columns of the plane.</param>
/// <param name="Above">The number of rows of zeros above the images.</param>
/// <param name="Left">The number of columns of zeros to the left of the images.</param>
internal readonly record struct InterleavedPlane(int Lanes, int Rows, int Columns, int Above = 0, int Left = 0)
{
    /// <summary>The number of elements of a plane.</summary>
    public int Size => checked(Rows * Columns * Lanes);

    /// <summary>The number of elements of a row.</summary>
    public int RowSize => Columns * Lanes;

    /// <summary>The number of groups for a number of images; the last may have lanes without an image.</summary>
    public int Groups(int images) => (images + Lanes - 1) / Lanes;

    /// <summary>Copies a channel of each image of a group into its lane; lanes without an image become zero.</summary>
    public unsafe void Read<T>(Tensor<T> images, int group, int channel, T* plane) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int height, int width) = (images.Shape[2], images.Shape[3]);
        (int first, int count) = Images(images, group);
        if (height < Rows || width < Columns || count < Lanes)
            new Span<T>(plane, Size).Clear();
        fixed (T* source = images.Plane(first, channel))
        {
            T* inside = plane + Above * RowSize + Left * Lanes;
            for (int row = 0; row < height; row++)
                Transposition.Copy(source + row * width, (nint)images.Shape[1] * height * width, count, width, inside + row * RowSize, Lanes, T.Zero);
        }
    }

    /// <summary>Copies a row of a channel from the lanes back to its images, and adds a number to each element.</summary>
    /// <param name="row">One register of Lanes elements per column of the images.</param>
    /// <param name="images">The target.</param>
    /// <param name="group">The index of the group of images.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="imageRow">The row of the channel.</param>
    /// <param name="addend">The number to add.</param>
    public unsafe void WriteRow<T>(T* row, Tensor<T> images, int group, int channel, int imageRow, T addend) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int height, int width) = (images.Shape[2], images.Shape[3]);
        (int first, int count) = Images(images, group);
        fixed (T* target = images.PlaneSpan(first, channel))
            Transposition.Copy(row, Lanes, width, count, target + imageRow * width, (nint)images.Shape[1] * height * width, addend);
    }

    private (int First, int Count) Images<T>(Tensor<T> images, int group) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (group * Lanes, Math.Min(Lanes, images.Shape[0] - group * Lanes));
}
