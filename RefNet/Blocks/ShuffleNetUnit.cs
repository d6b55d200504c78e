using System.Numerics;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using static System.FormattableString;

namespace RefNet.Blocks;

/// <summary>
/// A ShuffleNet unit, with F a grouped 1x1 convolution to a quarter of the output channels, a channel shuffle, a depthwise 3x3 convolution and a grouped
/// 1x1 convolution, each followed by batch normalisation. At stride 1, y = ReLU(F(x) + x); samples of shape C x H x W -> the same. At stride 2,
/// y = ReLU([F(x), the mean of x over 3x3]); C x H x W -> F x ⌈H/2⌉ x ⌈W/2⌉. Zhang et al. 2018, figure 2 (b) and (c); LECTURES L16, L17, D15.
/// </summary>
/// <remarks>
/// Between the two grouped convolutions the shuffle lets every group of the second see every group of the first. With m = F/4 channels inside and G groups the
/// unit takes H W (2 F m / G + 9 m) products at stride 1 (section 3.2). The gradients are those of <see cref="Sum{T}"/> and <see cref="Concatenation{T}"/>.
/// </remarks>
public sealed class ShuffleNetUnit<T> : Sequential<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly string?[] arguments;

    /// <summary>Creates a unit.</summary>
    /// <param name="inputChannels">C, 1 or more.</param>
    /// <param name="outputChannels">F, a multiple of 4: C at stride 1, more than C at stride 2. G must divide C, F/4 and the F or F - C channels of the branch.</param>
    /// <param name="groups">G, 1 or more.</param>
    /// <param name="stride">1 or 2.</param>
    /// <param name="groupsFirst">Whether the first 1x1 convolution is grouped too; not in the first unit of the paper's network, which has few input channels.</param>
    /// <param name="epsilon">ε of the batch normalisation.</param>
    public ShuffleNetUnit(int inputChannels, int outputChannels, int groups, int stride = 1, bool groupsFirst = true, double epsilon = 1e-5) : base(
        Join(inputChannels, outputChannels, groups, stride, groupsFirst, epsilon), new ReLU<T> { Name = "relu" }) =>
        arguments =
        [
            $"{inputChannels}", $"{outputChannels}", $"{groups}", CSharp.Option("stride", stride, 1), CSharp.Option("groupsFirst", groupsFirst, true),
            CSharp.Option("epsilon", epsilon, 1e-5),
        ];

    private static Block<T> Join(int inputs, int outputs, int groups, int stride, bool groupsFirst, double epsilon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        int made = stride == 1 ? outputs : outputs - inputs; // by the branch
        if (stride is not (1 or 2) || outputs % 4 != 0 || (stride == 1 ? inputs != outputs : made < 1))
            throw new ArgumentException(Invariant($"A unit has stride 1 and as many output channels as input channels, or stride 2 and more of them, in fours; found {inputs} -> {outputs} at stride {stride}."));
        if ((groupsFirst && inputs % groups != 0) || outputs / 4 % groups != 0 || made % groups != 0)
            throw new ArgumentException(Invariant($"{groups} groups must divide the {inputs} input channels, the {outputs / 4} inside and the {made} that the branch gives."));

        Sequential<T> branch = Branch(inputs, outputs / 4, made, groups, stride, groupsFirst ? groups : 1, epsilon);
        return stride == 1
            ? new Sum<T>(branch, new Identity<T> { Name = "shortcut" }) { Name = "" }
            : new Concatenation<T>(branch, new AveragePooling2D<T>(3, stride: 2, padding: 1, rounding: Rounding.Floor) { Name = "shortcut" }) { Name = "" };
    }

    private static Sequential<T> Branch(int inputs, int inside, int outputs, int groups, int stride, int firstGroups, double epsilon) => new(
        Convolution("conv1", inputs, inside, kernel: 1, groups: firstGroups),
        new BatchNormalization<T>(inside, epsilon) { Name = "bn1" },
        new ReLU<T> { Name = "relu1" },
        new ChannelShuffle<T>(groups) { Name = "shuffle" },
        Convolution("conv2", inside, inside, kernel: 3, stride, groups: inside), // depthwise; no ReLU after it, as in Xception
        new BatchNormalization<T>(inside, epsilon) { Name = "bn2" },
        Convolution("conv3", inside, outputs, kernel: 1, groups: groups),
        new BatchNormalization<T>(outputs, epsilon) { Name = "bn3" })
    { Name = "" };

    private static Convolution2D<T> Convolution(string name, int inputs, int outputs, int kernel, int stride = 1, int groups = 1) =>
        new(inputs, outputs, kernel, stride, padding: kernel / 2, groups, Initializer.He, useBias: false, Rounding.Floor) { Name = name };

    /// <summary>The C# that creates this block.</summary>
    public override string ToString() => CSharp.New(this, arguments);
}
