using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// How one channel of a group of images lies in memory when each lane of a register holds another image: element (row,
/// column) of all of them stands at (row * Columns + column) * Lanes, zeros around the images included.
/// </summary>
/// <param name="Lanes">How many images there are in a group.</param>
/// <param name="Rows">The rows of the plane.</param>
/// <param name="Columns">The columns of the plane.</param>
/// <param name="Above">How many rows of zeros there are above the images.</param>
/// <param name="Left">How many columns of zeros there are to the left of the images.</param>
internal readonly record struct InterleavedPlane(int Lanes, int Rows, int Columns, int Above = 0, int Left = 0)
{
    /// <summary>How many elements a plane has.</summary>
    public int Size => checked(Rows * Columns * Lanes);

    /// <summary>How many elements a row has.</summary>
    public int RowSize => Columns * Lanes;

    /// <summary>How many groups so many images are; the last may have lanes without an image.</summary>
    public int Groups(int images) => (images + Lanes - 1) / Lanes;

    /// <summary>Moves a channel of each image of a group into its lane; lanes without an image hold zeros.</summary>
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

    /// <summary>Moves a row of a channel out of the lanes, to its images, and adds a number to each element.</summary>
    /// <param name="row">As many elements as the images are wide, each in as many lanes as there are.</param>
    /// <param name="images">Where they go.</param>
    /// <param name="group">Which group of images they belong to.</param>
    /// <param name="channel">Which channel.</param>
    /// <param name="imageRow">Which row of the channel.</param>
    /// <param name="addend">What is added.</param>
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
