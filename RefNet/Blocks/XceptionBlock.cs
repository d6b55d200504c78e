using System.Numerics;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;

namespace RefNet.Blocks;

/// <summary>
/// An Xception block: y = pool(F(x)) + P(x), with F some separable 3x3 convolutions, each preceded by a ReLU and followed by batch normalisation; samples
/// of shape C x H x W -> F x H' x W'. Without pooling the size does not change, and P is the identity where the number of channels does not change
/// either; otherwise P is a 1x1 convolution with the stride of the pooling, and batch normalisation. Chollet 2017, figure 5; LECTURES L16, L17, D15.
/// </summary>
/// <remarks>
/// The middle flow of the figure uses <c>new XceptionBlock(728, 728, convolutions: 3)</c>, the entry flow <c>new XceptionBlock(128, 256,
/// PoolingGeometry.Same(3, extent, stride: 2))</c>. The running statistics follow Keras, which the paper used. <see cref="Sum{T}"/> has the gradient.
/// </remarks>
public sealed class XceptionBlock<T> : Sum<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly string?[] arguments;

    /// <summary>Creates the block.</summary>
    /// <param name="inputChannels">C, 1 or more.</param>
    /// <param name="outputChannels">F, 1 or more.</param>
    /// <param name="pooling">Windows of the max pooling after the convolutions, with the same stride in both directions; null for no pooling.</param>
    /// <param name="convolutions">The number of separable convolutions, 1 or more.</param>
    /// <param name="startsWithReLU">Whether there is a ReLU before the first convolution too; false where one precedes the block.</param>
    /// <param name="growsLast">Whether the last convolution, rather than the first, changes the channels to F, as in the exit flow.</param>
    /// <param name="epsilon">ε of the batch normalisation.</param>
    public XceptionBlock(int inputChannels, int outputChannels, PoolingGeometry? pooling = null, int convolutions = 2, bool startsWithReLU = true, bool growsLast = false,
        double epsilon = 1e-3) : base(
        Branch(inputChannels, outputChannels, pooling, convolutions, startsWithReLU, growsLast, epsilon), // pool(F(x))
        Shortcut(inputChannels, outputChannels, pooling?.Rows.Stride ?? 1, pooling is not null, epsilon)) => // P(x)
        arguments =
        [
            $"{inputChannels}", $"{outputChannels}", CSharp.Option("pooling", pooling, null), CSharp.Option("convolutions", convolutions, 2),
            CSharp.Option("startsWithReLU", startsWithReLU, true), CSharp.Option("growsLast", growsLast, false), CSharp.Option("epsilon", epsilon, 1e-3),
        ];

    private static Sequential<T> Branch(int inputs, int outputs, PoolingGeometry? pooling, int convolutions, bool startsWithReLU, bool growsLast, double epsilon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(convolutions, 1);
        List<Layer<T>> layers = [];
        for (int k = 1; k <= convolutions; k++)
        {
            int channels = growsLast && k < convolutions ? inputs : outputs;
            if (k > 1 || startsWithReLU)
                layers.Add(new ReLU<T> { Name = $"relu{k}" });
            layers.Add(new SeparableConvolution2D<T>(inputs, channels, kernel: 3, padding: 1, initializer: Initializer.Xavier, useBias: false) { Name = $"sepconv{k}" });
            layers.Add(Normalization($"bn{k}", channels, epsilon));
            inputs = channels;
        }

        if (pooling is not null)
            layers.Add(new MaxPooling2D<T>(pooling) { Name = "pool" });
        return new Sequential<T>([.. layers]) { Name = "" };
    }

    private static Layer<T> Shortcut(int inputs, int outputs, int stride, bool pools, double epsilon) => inputs == outputs && !pools
        ? new Identity<T> { Name = "residual" }
        : new Sequential<T>(
            new Convolution2D<T>(inputs, outputs, kernel: 1, stride: stride, initializer: Initializer.Xavier, useBias: false, rounding: Rounding.Floor) { Name = "conv" },
            Normalization("bn", outputs, epsilon))
        { Name = "residual" };

    private static BatchNormalization<T> Normalization(string name, int channels, double epsilon) =>
        new(channels, epsilon, momentum: 0.01, unbiased: false) { Name = name };

    /// <summary>The C# that creates this block.</summary>
    public override string ToString() => CSharp.New(this, arguments);
}
