using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Algorithms;

/// <summary>A convolution of images of one size.</summary>
/// <param name="X">N x C x H x W.</param>
/// <param name="Maps">F.</param>
/// <param name="Geometry">Kernel, stride, padding.</param>
/// <param name="Groups">The number of groups of channels.</param>
internal sealed record ConvolutionShape(Shape X, int Maps, ConvolutionGeometry Geometry, int Groups)
{
    public Shape Y => Geometry.Output(X.Sample, Maps).Batch(X[0]);

    public Shape W => new(Maps, X[1] / Groups, Geometry.Rows.Size, Geometry.Columns.Size);

    /// <summary>The shape of a layer, if it is a convolution.</summary>
    public static ConvolutionShape? Of(Layer<float> layer, Shape x) =>
        layer is Convolution2D<float> convolution ? new(x, convolution.OutputShape(x.Sample)[0], convolution.Geometry, convolution.Groups) : null;

    /// <summary>A shape with square images and kernels.</summary>
    public static ConvolutionShape Square(int batch, int channels, int maps, int extent, int kernel, int stride = 1, int padding = 0) =>
        new(new Shape(batch, channels, extent, extent), maps, ConvolutionGeometry.Square(kernel, stride, padding) with { Rounding = Rounding.Floor }, 1);

    public override string ToString() =>
        $"{X[0]} x {X[1]} -> {Maps}, {X[2]} x {X[3]}, {Geometry.Rows.Size} x {Geometry.Columns.Size}"
        + (Geometry.Rows.Stride > 1 ? $" / {Geometry.Rows.Stride}" : "") + (Geometry.Rows.Dilation > 1 ? $", dilation {Geometry.Rows.Dilation}" : "") + (Groups > 1 ? $", {Groups} groups" : "");
}
