using System.Runtime.InteropServices;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Benchmarks;

/// <summary>
/// The first weights and the batches that all rivals train on, in a folder: parameters.bin (all parameters in the order
/// of the layers), images.bin (float) and labels.bin (32-bit integers). What is in the images makes no difference to time.
/// </summary>
internal static class LeNetProblem
{
    public const int Batches = 10;
    public const int Pixels = 28 * 28;
    public const int Classes = 10;
    public const double LearningRate = 0.01;
    public const double Momentum = 0.9;

    public static void Write(string folder, int batch)
    {
        Random random = Seeds.Create(7);
        float[] images = [.. Enumerable.Range(0, Batches * batch * Pixels).Select(_ => random.NextSingle())];
        int[] labels = [.. Enumerable.Range(0, Batches * batch).Select(_ => random.Next(Classes))];
        IEnumerable<float> parameters = Models.LeNet5Modern.Create<float>(seed: 1).Parameters.SelectMany(parameter => parameter.Value.Span.ToArray());
        WriteFile(Path.Combine(folder, "parameters.bin"), parameters.ToArray());
        WriteFile(Path.Combine(folder, "images.bin"), images);
        WriteFile(Path.Combine(folder, "labels.bin"), labels);
    }

    public static T[] Read<T>(string folder, string file) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(Path.Combine(folder, file))).ToArray();

    /// <summary>Each batch as images and targets, one row a sample that is 1 at the class.</summary>
    public static (Tensor<float> Images, Tensor<float> Targets)[] ReadBatches(string folder, int batch)
    {
        float[] images = Read<float>(folder, "images.bin");
        int[] labels = Read<int>(folder, "labels.bin");
        (Tensor<float>, Tensor<float>)[] batches = new (Tensor<float>, Tensor<float>)[Batches];
        for (int b = 0; b < Batches; b++)
        {
            Tensor<float> targets = new(new Shape(batch, Classes));
            for (int n = 0; n < batch; n++)
                targets[n, labels[b * batch + n]] = 1;
            batches[b] = (new Tensor<float>(new Shape(batch, 1, 28, 28), images.AsSpan(b * batch * Pixels, batch * Pixels)), targets);
        }

        return batches;
    }

    private static void WriteFile<T>(string path, T[] values) where T : unmanaged =>
        File.WriteAllBytes(path, MemoryMarshal.AsBytes<T>(values));
}
