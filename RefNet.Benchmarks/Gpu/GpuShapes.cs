namespace RefNet.Benchmarks.Gpu;

/// <summary>What is timed; PyTorch/gpu.py has the same list.</summary>
/// <param name="Products">M, N, K.</param>
/// <param name="Convolutions">Batch, channels in and out, extent of the images, kernel, stride, padding.</param>
/// <param name="LeNetBatches">Images per step of LeNet-5.</param>
/// <param name="Networks">vgg16, resnet18 or resnet50, with batch and extent of the images.</param>
internal sealed record GpuShapes(int[][] Products, (string Of, int[] Extents)[] Convolutions, int[] LeNetBatches, (string Network, int Batch, int Extent)[] Networks)
{
    public static GpuShapes All { get; } = new(
        [[512, 512, 512], [1024, 1024, 1024], [2048, 2048, 2048], [4096, 4096, 4096], [8192, 8192, 8192], [64, 4096, 25088], [64, 200704, 576]],
        [
            ("VGG-16", [32, 128, 128, 112, 3, 1, 1]), ("VGG-16", [32, 512, 512, 28, 3, 1, 1]), ("ResNet-18", [32, 64, 64, 56, 3, 1, 1]),
            ("ResNet-50", [32, 256, 64, 56, 1, 1, 0]), ("ResNet-18", [32, 512, 512, 7, 3, 1, 1]), ("VGG-16", [32, 64, 64, 224, 3, 1, 1]),
            ("ResNet", [32, 3, 64, 224, 7, 2, 3]), ("VGG-16", [32, 256, 256, 56, 3, 1, 1]), ("VGG-16", [32, 512, 512, 14, 3, 1, 1]),
            ("VGG-16", [32, 3, 64, 224, 3, 1, 1]), ("ResNet-50", [32, 64, 256, 56, 1, 1, 0]), ("ResNet-50", [32, 1024, 256, 14, 1, 1, 0]),
            ("ResNet-50", [32, 2048, 512, 7, 1, 1, 0]), ("LeNet-5", [64, 1, 6, 28, 5, 1, 2]), ("LeNet-5", [64, 6, 16, 14, 5, 1, 0]),
        ],
        [64, 1024],
        [("resnet18", 32, 224), ("vgg16", 32, 224), ("resnet50", 16, 224)]);

    /// <summary>A few small shapes of each kind, to check that the program runs.</summary>
    public static GpuShapes Small { get; } = new(
        [[64, 48, 32]], [("small", [3, 16, 24, 9, 3, 2, 1])], [4], [("vgg16", 1, 32), ("resnet18", 2, 64), ("resnet50", 2, 64)]);
}
