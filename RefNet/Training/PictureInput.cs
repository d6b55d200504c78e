using RefNet.Data;
using RefNet.Data.Digits;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>The input of a network made from a picture of any size.</summary>
/// <param name="X">Its input, 1 x C x H x W.</param>
/// <param name="Place">Its position in the picture; null where it is the whole picture.</param>
public sealed record PictureInput(Tensor<float> X, Box? Place)
{
    private const int Digit = 28;

    /// <summary>Whether a model sees single digits, which are found in a picture first; other models see the whole picture, resized.</summary>
    public static bool SeesDigits(Architecture architecture) =>
        architecture.Input.Rank == 3 && architecture.Input[0] == 1 && Rows(architecture) == Digit && Columns(architecture) == Digit;

    /// <summary>Reads a picture for a model: its digits, from left to right, line by line; or the whole picture.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="scaling">How bytes become numbers.</param>
    /// <param name="picture">The picture.</param>
    /// <exception cref="InputException">The model does not take pictures, or it sees digits and there is no ink.</exception>
    public static IReadOnlyList<PictureInput> Read(Architecture architecture, PixelScaling scaling, Picture picture)
    {
        if (architecture.Input.Rank != 3 || architecture.Input[0] is not (1 or 3))
            throw new InputException($"{architecture.Name}: expected a model of grey or coloured images; this one takes {architecture.Input}. Give an array, FILE[:NAME].");
        if (!SeesDigits(architecture))
            return [new PictureInput(Input(picture.Resized(Rows(architecture), Columns(architecture))), Place: null)];
        return [.. DigitReader.Read(picture).Digits.Select(digit => new PictureInput(Input(new Picture(digit.Cell.Pixels.ToArray(), Digit, Digit, channels: 1)), digit.Box))];

        Tensor<float> Input(Picture fitting) =>
            new Batches<float>(fitting.ToImageSet(architecture.Input[0]), scaling, batchSize: 1).InOrder().First().Images.Clone();
    }

    private static int Rows(Architecture architecture) => architecture.Input[1] - 2 * architecture.Recipe.Padding;

    private static int Columns(Architecture architecture) => architecture.Input[2] - 2 * architecture.Recipe.Padding;
}
