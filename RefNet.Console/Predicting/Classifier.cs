using RefNet.Data;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>A trained network that classifies single images.</summary>
internal sealed class Classifier(BestNetwork best)
{
    /// <summary>Classifies one image.</summary>
    public Answer Recognize(GreyImage cell)
    {
        ImageSet one = new(cell.Pixels.ToArray(), new byte[1], cell.Rows, cell.Columns, ["unknown"]);
        return Answer.Of(best.Loss, best.Network.Predict(new Batches<float>(one, best.Scaling, batchSize: 1, augmentation: null, best.Preparation).InOrder().First().Images).Values);
    }

    /// <summary>The name of a class, with its number unless the name is the number.</summary>
    public string Name(int c) => Format.Class(c, best.ClassNames);
}
