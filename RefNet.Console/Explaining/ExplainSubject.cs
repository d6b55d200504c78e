using RefNet.Data;
using RefNet.Interpretation;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Console;

/// <summary>The input of the methods of refnet explain: a network, one image, and the class to explain.</summary>
internal sealed record ExplainSubject
{
    // Pictures are enlarged to about this many pixels.
    private const int Side = 224;

    public required ClassScores<float> Scores { get; init; }

    /// <summary>The image, 1 x C x H x W.</summary>
    public required Tensor<float> X { get; init; }

    /// <summary>The class to explain.</summary>
    public required int Class { get; init; }

    /// <summary>The layer that the user chose.</summary>
    public string? ChosenLayer { get; init; }

    /// <summary>The names of the classes.</summary>
    public required Func<int, string> Name { get; init; }

    /// <summary>The range of pixel values.</summary>
    public required (double Low, double High) Range { get; init; }

    /// <summary>How the bytes of images became pixel values; null where unknown, or where the values were changed afterwards.</summary>
    public PixelScaling? Scaling { get; init; }

    public required int Seed { get; init; }

    /// <summary>Whether the channels are blue, green, red.</summary>
    public bool IsBgr { get; init; }

    /// <summary>The network's training images, and their scaling; null where unknown.</summary>
    public Lazy<(ImageSet Images, PixelScaling Scaling)?> Training { get; init; } = new(() => null);

    /// <summary>The layer whose maps are examined.</summary>
    public string Layer => ChosenLayer ?? MapLayers.Last(Scores.Network);

    /// <summary>Whether there is a ReLU, so that guided backpropagation and deconvnet differ from the gradient.</summary>
    public bool HasReLU => Scores.Network.Walk().Any(place => place.Layer is ReLU<float>);

    /// <summary>One image as a picture of the same size: with its original bytes where the scaling is known; otherwise from its smallest value (black) to its largest (white).</summary>
    public Picture Draw(Tensor<float> x) => Scaling is null
        ? DrawNumbers(x)
        : Drawing.Image(InRgb(x), IsBgr ? Scaling with { Channels = [.. Scaling.Channels.Reverse()] } : Scaling);

    /// <summary>Values that are not an image, such as the weights of pixels, as a picture: the smallest is black, the largest white.</summary>
    public Picture DrawNumbers(Tensor<float> x) => Drawing.Image(InRgb(x));

    /// <summary>Signed values of pixels, drawn over the image. Light ink on black is inverted first to give white paper.</summary>
    public Picture Signed(Tensor<float> w)
    {
        Picture paper = Draw(X);
        if (X.Shape[1] == 1)
            paper = new Picture([.. paper.Values.ToArray().Select(value => (byte)(255 - value))], paper.Rows, paper.Columns, paper.Channels);
        return Enlarged(Drawing.SignedOver(w.Reshape(w.Shape.Sample), paper));
    }

    private Tensor<float> InRgb(Tensor<float> x)
    {
        Tensor<float> sample = new(x.Shape.Rank == 4 ? x.Shape.Sample : x.Shape, x.Values[..(x.Shape.Rank == 4 ? x.Shape.Sample.Count : x.Count)]);
        if (!IsBgr || sample.Shape[0] != 3)
            return sample;
        Tensor<float> rgb = sample.Clone();
        int plane = sample.Count / 3;
        sample.Values[..plane].CopyTo(rgb.Span[(2 * plane)..]);
        sample.Values[(2 * plane)..].CopyTo(rgb.Span);
        return rgb;
    }

    /// <summary>A picture enlarged by a whole factor to about the size of the others.</summary>
    public static Picture Enlarged(Picture picture, int side = Side) => Drawing.Enlarged(picture, Math.Max(1, side / Math.Max(picture.Rows, picture.Columns)));

    /// <summary>The prediction for an image, "7 (99.1 %)".</summary>
    public string Says(Tensor<float> x)
    {
        float[] p = Scores.Probabilities(x).Sample(0).ToArray();
        int c = Array.IndexOf(p, p.Max());
        return c < 0 ? "no class" : $"{Name(c)} ({Format.Percent(p[c])})";
    }
}
