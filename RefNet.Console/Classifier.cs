using RefNet.Blocks;
using RefNet.Data;
using RefNet.Data.Preparation;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>A trained network, asked for single images.</summary>
internal sealed class Classifier(Architecture architecture, Network<float> network, string[]? classNames, InputPreparation<float>? preparation)
{
    private readonly ClassificationLoss<float> loss = architecture.CreateClassificationLoss<float>();

    /// <summary>Recognises one image.</summary>
    public Answer Recognize(GreyImage cell)
    {
        ImageSet one = new(cell.Pixels.ToArray(), new byte[1], cell.Rows, cell.Columns, ["unknown"]);
        ReadOnlySpan<float> y = network.Predict(new Batches<float>(one, architecture.Scaling(), batchSize: 1, augmentation: null, preparation).InOrder().First().Images).Values;
        float[] measures = y.ToArray();
        bool areProbabilities = loss.TryGetProbabilities(y, measures);
        return new Answer(loss.Decide(y), measures, areProbabilities);
    }

    /// <summary>The name of a class, with its number where that is another.</summary>
    public string Name(int c) => c < classNames?.Length ? Format.Class(c, classNames[c]) : $"{c}";
}
