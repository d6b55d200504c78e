using System.Numerics;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Gpu.Resident;

/// <summary>The shapes that each operation of a device needs, once for all devices. Kernels look at none.</summary>
internal static class DeviceShapes
{
    /// <summary>Two shapes that must be the same.</summary>
    public static void Same(string operation, Shape expected, Shape found)
    {
        if (!expected.Equals(found))
            throw new ShapeException(operation, $"a tensor of shape {expected}", found);
    }

    /// <summary>Tensors that must all have the shape of the first.</summary>
    public static void Same<T>(string operation, DeviceTensor<T> first, params ReadOnlySpan<DeviceTensor<T>> others) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (DeviceTensor<T> other in others)
            Same(operation, first.Shape, other.Shape);
    }

    /// <summary>The extents of C(MxN) = A(MxK) B(KxN).</summary>
    public static (int M, int K, int N) Product<T>(DeviceTensor<T> a, bool transposeA, DeviceTensor<T> b, bool transposeB, DeviceTensor<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int m, int k) = Extents(a, transposeA);
        (int bRows, int n) = Extents(b, transposeB);
        (int cRows, int cColumns) = Extents(c, isTransposed: false);
        if (bRows != k)
            throw new ShapeException("Multiply", $"a right factor of {k} rows", new Shape(bRows, n));
        Same("Multiply", new Shape(m, n), new Shape(cRows, cColumns));
        return (m, k, n);
    }

    /// <summary>A value for each channel of N x C or N x C x H x W.</summary>
    public static void Bias<T>(string operation, DeviceTensor<T> b, DeviceTensor<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (y.Shape.Rank < 2)
            throw new ShapeException(operation, "samples x channels, or samples x channels x rows x columns", y.Shape);
        Same(operation, new Shape(y.Shape[1]), b.Shape);
    }

    /// <summary>Images, kernels and maps of a convolution.</summary>
    public static void Convolution<T>(ConvolutionGeometry geometry, int groups, DeviceTensor<T> x, DeviceTensor<T> w, DeviceTensor<T>? b, DeviceTensor<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const string Name = "Convolution";
        CheckImages(Name, geometry, x);
        if (w.Shape.Rank != 4 || w.Shape[0] % groups != 0)
            throw new ShapeException(Name, "kernels of shape outputs x inputs of a group x rows x columns", w.Shape);
        Same(Name, new Shape(w.Shape[0], x.Shape[1] / groups, geometry.Rows.Size, geometry.Columns.Size), w.Shape);
        Same(Name, new Shape(w.Shape[0]), b?.Shape ?? new Shape(w.Shape[0]));
        Same(Name, geometry.Output(x.Shape.Sample, w.Shape[0]).Batch(x.Shape[0]), y.Shape);
    }

    /// <summary>Images and means of a pooling.</summary>
    public static void Pooling<T>(PoolingGeometry geometry, DeviceTensor<T> x, DeviceTensor<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const string Name = "AveragePooling";
        CheckImages(Name, geometry, x);
        Same(Name, geometry.Output(x.Shape.Sample, x.Shape[1]).Batch(x.Shape[0]), y.Shape);
    }

    /// <summary>Logits, targets, one loss and the gradient.</summary>
    public static void Loss<T>(DeviceTensor<T> y, DeviceTensor<T> target, DeviceTensor<T> loss, DeviceTensor<T> dY) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const string Name = "SoftmaxCrossEntropy";
        if (y.Shape.Rank != 2)
            throw new ShapeException(Name, "outputs of shape samples x classes", y.Shape);
        Same(Name, y, target, dY);
        Same(Name, new Shape(1), loss.Shape);
    }

    private static void CheckImages<T>(string operation, PlaneGeometry geometry, DeviceTensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Shape.Rank != 4)
            throw new ShapeException(operation, "images of shape samples x channels x rows x columns", x.Shape);
        if (geometry.Problem(x.Shape.Sample) is { } problem)
            throw new ShapeException(operation, problem, x.Shape.Sample);
    }

    private static (int Rows, int Columns) Extents<T>(DeviceTensor<T> tensor, bool isTransposed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int columns) = (tensor.Shape[0], tensor.Count / tensor.Shape[0]);
        return isTransposed ? (columns, rows) : (rows, columns);
    }
}
