using System.Numerics;
using RefNet.Backends;
using RefNet.Tensors;

namespace RefNet.Data.Preparation;

/// <summary>Computes a preparation from training images, in double. LECTURES T6.</summary>
/// <remarks>
/// With the mean μ_i and the variance σ²_i of value i over all images: center gives x - μ, standardize (x_i - μ_i) / √(σ²_i + ε). channels
/// uses one mean and one deviation for all values of a channel. pca and zca are in <see cref="Whitening"/>.
/// </remarks>
public static class PreparationLearner
{
    private const int BatchSize = 256;

    /// <summary>The largest number of values of an image for mixing: a D x D matrix is computed.</summary>
    private const int MostMixed = 4096;

    /// <summary>Computes a preparation.</summary>
    /// <param name="preparation">One of <see cref="PreparationNames.All"/>.</param>
    /// <param name="images">The training images, without those held out.</param>
    /// <param name="scaling">The scaling from bytes to numbers.</param>
    /// <exception cref="InputException">There is no such preparation; or a variance and ε are both 0; or images are too large for whitening.</exception>
    public static InputPreparation<T> Learn<T>(string preparation, ImageSet images, PixelScaling scaling) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (string name, double epsilon) = PreparationNames.Parse(preparation);
        Shape shape = scaling.SampleShape(images);
        Batches<double> batches = new(images, scaling, BatchSize);
        double[] mean = Mean(batches, shape.Count);
        switch (name)
        {
            case "center":
                return new(Convert<T>(mean), null, null);
            case "standardize":
                return new(Convert<T>(mean), Convert<T>(InverseRoots(Variance(batches, mean), epsilon)), null);
            case "channels":
                // The variance of a channel is also the mean of (x - μ_c)² over its values.
                double[] channelMean = OverChannels(mean, shape);
                return new(Convert<T>(channelMean), Convert<T>(InverseRoots(OverChannels(Variance(batches, channelMean), shape), epsilon)), null);
            default:
                if (shape.Count > MostMixed)
                    throw new InputException($"Expected images of at most {MostMixed} numbers for whitening; found {shape}. Choose center, channels or standardize.");
                Tensor<double> covariance = Covariance(batches, mean);
                double[] matrix = name == "pca" ? Whitening.Pca(covariance, epsilon) : Whitening.Zca(covariance, epsilon);
                return new(Convert<T>(mean), null, Convert<T>(matrix, mean.Length, mean.Length));
        }
    }

    /// <summary>1 / √(v + ε) for each variance.</summary>
    /// <exception cref="InputException">A variance is 0, or negligible against the largest.</exception>
    internal static double[] InverseRoots(IReadOnlyList<double> variances, double epsilon)
    {
        double smallest = variances.Min() + epsilon;
        return smallest > 1e-12 * variances.Max()
            ? [.. variances.Select(variance => 1 / Math.Sqrt(variance + epsilon))]
            : throw new InputException("Expected training images in which every value varies, since EPSILON is 0; found a variance of 0, such as that of a constant pixel. Give an EPSILON above 0, such as 0.01.");
    }

    private static double[] Mean(Batches<double> batches, int count)
    {
        double[] sum = new double[count];
        foreach (Batch<double> batch in batches.InOrder())
        {
            for (int n = 0; n < batch.Count; n++)
                TensorPrimitives.Add(sum, batch.Images.Sample(n), sum);
        }

        TensorPrimitives.Divide(sum, batches.Samples, sum);
        return sum;
    }

    private static double[] Variance(Batches<double> batches, double[] mean)
    {
        double[] sum = new double[mean.Length], centred = new double[mean.Length];
        foreach (Batch<double> batch in batches.InOrder())
        {
            for (int n = 0; n < batch.Count; n++)
            {
                TensorPrimitives.Subtract(batch.Images.Sample(n), mean, centred);
                TensorPrimitives.MultiplyAdd(centred, centred, sum, sum);
            }
        }

        TensorPrimitives.Divide(sum, batches.Samples, sum);
        return sum;
    }

    private static Tensor<double> Covariance(Batches<double> batches, double[] mean)
    {
        IBackend<double> backend = BackendDefaults<double>.Backend;
        Tensor<double> covariance = new(new Shape(mean.Length, mean.Length));
        foreach (Batch<double> batch in batches.InOrder())
        {
            for (int n = 0; n < batch.Count; n++)
                TensorPrimitives.Subtract(batch.Images.Sample(n), mean, batch.Images.SampleSpan(n));
            backend.AddProduct(batch.Images.Transposed, batch.Images, covariance); // C += Xᵀ X
        }

        TensorPrimitives.Divide(covariance.Values, batches.Samples, covariance.Span);
        return covariance;
    }

    // The mean over each channel, repeated for each of its values.
    private static double[] OverChannels(double[] values, Shape shape)
    {
        int size = shape[1] * shape[2];
        return [.. values.Chunk(size).SelectMany(channel => Enumerable.Repeat(channel.Average(), size))];
    }

    private static Tensor<T> Convert<T>(double[] values, params ReadOnlySpan<int> extents) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> tensor = new(extents.IsEmpty ? new Shape(values.Length) : new Shape(extents));
        TensorPrimitives.ConvertChecked<double, T>(values, tensor.Span);
        return tensor;
    }
}
