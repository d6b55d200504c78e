namespace RefNet.Models;

/// <summary>The only list of architectures.</summary>
public static class Architectures
{
    /// <summary>Every architecture.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        // digits and small problems
        new LeNet5(),
        new LeNet5Modern(),
        new MultilayerPerceptron(),
        new Perceptron(),
        new DigitCnn(),
        new Digits(),
        new Sprint(),
        new Weather(),
        new TwoLayer(),
        new NerfMlp(),

        // CIFAR-10 and other small images
        new ConvNetJsCifar10(),
        new NetworkInNetwork(),
        .. new[] { 20, 32, 44, 56, 110 }.Select(depth => new CifarResNet(depth)),
        .. new[] { 20, 32, 44, 56, 110 }.Select(depth => new CifarResNet(depth, IsResidual: false)),
        new MiniXception(),

        // ImageNet
        new AlexNet("alexnet"),
        new AlexNet("alexnet-ungrouped"),
        new AlexNet("bvlc-alexnet"),
        new AlexNet("caffenet"),
        new AlexNetTorchvision(),
        new ZfNet(),
        new ZfNet(IsLarge: true),
        .. new[] { "A", "A-LRN", "B", "C", "D", "E" }.Select(column => new Vgg(column)),
        new GoogLeNet(),
        new GoogLeNet(HasAuxiliaryHeads: true),
        new GoogLeNetTorchvision(),
        .. new[] { 18, 34, 50, 101, 152 }.Select(depth => new ResNet(depth)),
        .. new[] { 50, 101, 152 }.Select(depth => new ResNet(depth) { StridesFirst = true }),
        new SlideResNet(),
        new ResNet(50) { Groups = 32, GroupWidth = 4 },
        new ResNet(50) { Squeezes = true },
        new DenseNet(),
        new SqueezeNet(),
        new MobileNet(),

        // segmentation
        new Fcn(32),
        new Fcn(16),
        new Fcn(8),
        new DilatedContext(),
        new DeconvNet(),
    ];

    /// <summary>The architecture with a given name.</summary>
    /// <exception cref="InputException">There is none; the message lists all names.</exception>
    public static Architecture Find(string name) => All.FirstOrDefault(architecture => architecture.Name == name)
        ?? throw new InputException($"There is no model '{name}'; choose one of {string.Join(", ", All.Select(architecture => architecture.Name))}.");
}
