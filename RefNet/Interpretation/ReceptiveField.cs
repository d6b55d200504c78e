using System.Numerics;
using RefNet.Blocks;
using RefNet.Data.Preparation;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// The receptive field of one position of a layer, from the geometry of the layers before it: a window of size K, stride S and dilation D sees, for the
/// positions a to b, the pixels S a - P to S b - P + D (K - 1). LECTURES V2, X10, Y21.
/// </summary>
/// <remarks>In layers without a sliding window, such as dense ones, every position sees everything. So the result is never too small.</remarks>
public static class ReceptiveField
{
    /// <summary>The pixels that a position of the maps of a layer depends on.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The path of a layer that gives maps.</param>
    /// <param name="row">The row of the position.</param>
    /// <param name="column">The column of the position.</param>
    /// <param name="image">The shape of one image, C x H x W.</param>
    /// <returns>The part inside the image.</returns>
    public static Region Of<T>(Network<T> network, string path, int row, int column, Shape image) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Field field = Before(network, MapLayers.Find(network, path), new Field(row, row, column, column))!.Value;
        (int top, int left) = (Math.Max(0, field.Top), Math.Max(0, field.Left));
        return new Region(top, left, Math.Min(image[1] - 1, field.Bottom) - top + 1, Math.Min(image[2] - 1, field.Right) - left + 1);
    }

    // From the first to the last; outside the image is padding.
    private readonly record struct Field(int Top, int Bottom, int Left, int Right)
    {
        // Far outside every image, but small enough that no sum of strides overflows.
        private const int Far = 1 << 20;

        public static Field Everything => new(-Far, Far, -Far, Far);

        public Field Through(PlaneGeometry geometry)
        {
            ((int top, int bottom), (int left, int right)) = (Seen(Top, Bottom, geometry.Rows), Seen(Left, Right, geometry.Columns));
            return new Field(top, bottom, left, right);
        }

        public Field With(Field other) =>
            new(Math.Min(Top, other.Top), Math.Max(Bottom, other.Bottom), Math.Min(Left, other.Left), Math.Max(Right, other.Right));

        private static (int First, int Last) Seen(int first, int last, Window window) =>
            (Math.Max(-Far, window.Stride * first - window.Before), Math.Min(Far, window.Stride * last - window.Before + window.Reach - 1));
    }

    // Maps a field at the output of an inner layer to the input of the layer around it; null where it is not inside.
    private static Field? Before<T>(Layer<T> around, Layer<T> layer, Field field) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (around == layer)
            return Through(layer, field);
        for (int place = 0; place < around.Layers.Count; place++)
        {
            if (Before(around.Layers[place], layer, field) is not { } seen)
                continue;
            int before = around is Sequential<T> or MaxUnpooling2D<T> ? place : 0; // in the other blocks the input of each layer is that of the block
            return around.Layers.Take(before).Reverse().Aggregate(seen, (at, earlier) => Through(earlier, at));
        }

        return null;
    }

    private static Field Through<T>(Layer<T> layer, Field field) where T : unmanaged, IBinaryFloatingPointIeee754<T> => layer switch
    {
        Convolution2D<T> convolution => field.Through(convolution.Geometry),
        ConnectionTableConvolution2D<T> convolution => field.Through(convolution.Geometry),
        MaxPooling2D<T> pooling => field.Through(pooling.Geometry),
        AveragePooling2D<T> pooling => field.Through(pooling.Geometry),
        Subsampling2D<T> pooling => field.Through(pooling.Geometry),
        PreparedInput<T> prepared when prepared.Preparation.Matrix is null => field,
        Sequential<T> chain => chain.Layers.Reverse().Aggregate(field, (at, inner) => Through(inner, at)),
        Sum<T> or Concatenation<T> => layer.Layers.Select(branch => Through(branch, field)).Aggregate((a, b) => a.With(b)),
        Activation<T> or BatchNormalization<T> or LocalResponseNormalization<T> or PReLU<T> or Maxout<T> or Softmax<T>
            or Dropout<T> or StochasticDepth<T> or Identity<T> or SideHead<T> or ChannelShuffle<T> or ChannelPadding<T> => field,
        _ => Field.Everything,
    };
}
