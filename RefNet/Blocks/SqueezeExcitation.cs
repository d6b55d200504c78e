using System.Numerics;
using RefNet.Initializers;
using RefNet.Layers;
using static System.FormattableString;

namespace RefNet.Blocks;

/// <summary>
/// Squeeze and excitation: y_c(p) = s_c x_c(p) with s = sigmoid(W2 relu(W1 z)) and z_c the mean of map c; samples of shape C x H x W -> the
/// same. W1 is C/r x C and W2 is C x C/r: 2 C²/r weights. Hu et al. 2018, equations 2 to 4; LECTURES L18.
/// </summary>
/// <remarks>It is the product of x and a gate with one number per channel: <see cref="Product{T}"/> has the gradient.</remarks>
public sealed class SqueezeExcitation<T> : Product<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int channels;
    private readonly int reduction;
    private readonly bool useBias;

    /// <summary>Creates the block.</summary>
    /// <param name="channels">C, a multiple of r.</param>
    /// <param name="reduction">r, 1 or more.</param>
    /// <param name="useBias">Whether the two layers add biases.</param>
    public SqueezeExcitation(int channels, int reduction = 16, bool useBias = true) : base(new Identity<T>(), Gate(channels, reduction, useBias)) =>
        (this.channels, this.reduction, this.useBias) = (channels, reduction, useBias);

    private static Sequential<T> Gate(int channels, int reduction, bool useBias)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(reduction, 1);
        if (channels < 1 || channels % reduction != 0)
            throw new ArgumentException(Invariant($"Channels must be a positive multiple of the reduction; found {channels} and {reduction}."));
        return new Sequential<T>(
            new GlobalAveragePooling2D<T> { Name = "avgpool" },                                     // z
            new Dense<T>(channels, channels / reduction, Initializer.He, useBias) { Name = "fc1" }, // W1
            new ReLU<T> { Name = "relu" },
            new Dense<T>(channels / reduction, channels, useBias: useBias) { Name = "fc2" },        // W2
            new Sigmoid<T> { Name = "sigmoid" })                                                    // s
        { Name = "" }; // paths as in torchvision: se.fc1, se.fc2
    }

    /// <summary>The C# that creates this block.</summary>
    public override string ToString() =>
        CSharp.New(this, $"{channels}", CSharp.Option("reduction", reduction, 16), CSharp.Option("useBias", useBias, true));
}
