using System.Numerics;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;

namespace RefNet.Models;

/// <summary>Building blocks of networks with batch normalisation.</summary>
internal static class ConvolutionUnits
{
    /// <summary>A convolution without bias, since batch normalisation removes any constant (X17), that keeps the size at stride 1.</summary>
    public static Convolution2D<T> Convolution<T>(string? name, int inputs, int outputs, int kernel, int stride = 1, int groups = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(inputs, outputs, kernel, stride, padding: kernel / 2, groups, Initializer.He, useBias: false, Rounding.Floor) { Name = name! };

    /// <summary>That convolution with batch normalisation and ReLU, named conv and bn.</summary>
    public static Sequential<T> ConvBnReLU<T>(string name, int inputs, int outputs, int kernel, int stride = 1, int groups = 1, double epsilon = 1e-5)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return new Sequential<T>(
            Convolution<T>("conv", inputs, outputs, kernel, stride, groups),
            new BatchNormalization<T>(outputs, epsilon) { Name = "bn" },
            new ReLU<T> { Name = "relu" })
        { Name = name };
    }
}
