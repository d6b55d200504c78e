using RefNet.Data.Preparation;
using RefNet.Interop;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>
/// The preparation of a run's inputs, in preparation.safetensors: learnt from its training images when it starts, and
/// bound to its options, so that resuming, evaluation and prediction use the same numbers.
/// </summary>
internal static class RunPreparation
{
    private const string RunNote = "run";
    private const string MeanName = "mean";
    private const string ScaleName = "scale";
    private const string MatrixName = "matrix";

    /// <summary>Writes what was learnt; nothing if the run has no preparation.</summary>
    public static void Save(RunOptions options, RunFolder folder, InputPreparation<float>? preparation)
    {
        if (preparation is null)
            return;
        Dictionary<string, Tensor<float>> tensors = new() { [MeanName] = preparation.Mean };
        if (preparation.Scale is not null)
            tensors[ScaleName] = preparation.Scale;
        if (preparation.Matrix is not null)
            tensors[MatrixName] = preparation.Matrix;
        folder.Write(folder.Preparation, stream => Safetensors.Write(stream, tensors, new Dictionary<string, string> { [RunNote] = RunFingerprint.Of(options) }));
    }

    /// <summary>Reads the preparation; null if the run has none.</summary>
    /// <exception cref="InputException">It is missing, damaged, or of another run.</exception>
    public static InputPreparation<float>? Load(RunOptions options, RunFolder folder)
    {
        if (options.Prepare is null)
            return null;
        SafetensorsFile file = Safetensors.Read(folder.Preparation);
        if (file.Metadata.GetValueOrDefault(RunNote) != RunFingerprint.Of(options))
            throw RunCheckpoints.DoNotFit(folder.Preparation, "it was learnt with other options than config.json has, or on other data");
        int count = Architectures.Find(options.Model).Input.Count;
        (string name, _) = PreparationNames.Parse(options.Prepare);
        return new InputPreparation<float>(
            Read(file, folder.Preparation, MeanName, new Shape(count)),
            name is "standardize" or "channels" ? Read(file, folder.Preparation, ScaleName, new Shape(count)) : null,
            name is "pca" or "zca" ? Read(file, folder.Preparation, MatrixName, new Shape(count, count)) : null);
    }

    private static Tensor<float> Read(SafetensorsFile file, string path, string name, Shape shape)
    {
        if (!file.Contains(name))
            throw new InputException($"{path}: expected a tensor {name} of shape {shape}; the file has none. Restore the file, or train again.");
        Tensor<float> tensor = file.Tensor<float>(name);
        if (!tensor.Shape.Equals(shape) || !TensorPrimitives.IsFiniteAll(tensor.Values))
            throw new InputException($"{path}: expected {name} with shape {shape} and finite numbers; found {tensor}. Restore the file, or train again.");
        return tensor;
    }
}
