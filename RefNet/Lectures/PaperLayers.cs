using RefNet.Geometry;
using RefNet.Layers;

namespace RefNet.Lectures;

/// <summary>Layers as listed in the tables of papers: number of maps, kernel, stride, padding.</summary>
internal static class PaperLayers
{
    public static Convolution2D<float> Convolution(
        int inputs, int maps, int kernel, int stride = 1, int padding = 0, int groups = 1, bool bias = true, Rounding rounding = Rounding.Exact) =>
        new(inputs, maps, ConvolutionGeometry.Square(kernel, stride, padding) with { Rounding = rounding }, groups, useBias: bias);

    public static MaxPooling2D<float> MaxPooling(int size, int stride, int padding = 0, Rounding rounding = Rounding.Exact) =>
        new(PoolingGeometry.Square(size, stride, padding) with { Rounding = rounding });
}
