using System.Globalization;
using RefNet.Geometry;
using RefNet.Layers;

namespace RefNet.Benchmarks.Work;

/// <summary>Creates a work from its words; WORKS in worker.py does the same for PyTorch, LibTorchWorks for LibTorch.</summary>
internal static class Works
{
    public static IWork Create(string[] words, string backend, int threads)
    {
        int[] numbers = [.. words.Where(word => char.IsDigit(word[0])).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        return words[0] switch
        {
            "gemm" => new GemmWork(backend, threads, numbers, transposeA: bool.Parse(words[4]), transposeB: bool.Parse(words[5])),
            "conv-forward" or "conv-input" or "conv-weight" => new ConvolutionWork(words[0], numbers),
            "step" => new StepWork(words[1], numbers),
            "evaluate" => new EvaluationWork(words[1], numbers),
            "tanh" or "exp" or "sigmoid" => new FunctionWork(words[0], numbers[0]),
            "batchnorm" => new LayerWork(new BatchNormalization<float>(numbers[1]), numbers),
            "relu" => new LayerWork(new ReLU<float>(), numbers),
            "dropout" => new LayerWork(new Dropout<float>(0.5, seed: 1), numbers),
            "maxpool" => new LayerWork(new MaxPooling2D<float>(Pooling(numbers)), numbers[..4]),
            "avgpool" => new LayerWork(new AveragePooling2D<float>(Pooling(numbers)), numbers[..4]),
            "softmax-loss" => new LossWork(numbers[0], numbers[1]),
            "momentum" => new OptimizerWork(numbers[0]),
            _ => throw new ArgumentException($"There is no work {words[0]}."),
        };
    }

    // After the four extents of the images: size, stride, padding.
    private static PoolingGeometry Pooling(int[] numbers) => PoolingGeometry.Square(numbers[4], numbers[5], numbers[6]) with { Rounding = Rounding.Floor };
}
