namespace RefNet.Data.Digits;

/// <summary>A digit found in a picture.</summary>
/// <param name="Box">Its position in the picture.</param>
/// <param name="Cell">Its image, 28x28 like those of MNIST: ink is 255, paper 0.</param>
public sealed record FoundDigit(Box Box, GreyImage Cell)
{
    /// <summary>The height and width of its image.</summary>
    public const int CellSize = DigitCell.Size;

    /// <summary>Its pixels among the strokes of the reading; null if the picture was already such an image.</summary>
    internal Component? Part { get; init; }
}
