using RefNet.Data;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>The input of an architecture: how pixels become numbers, and whether images fit it.</summary>
public static class ModelInput
{
    /// <summary>How the bytes of an image become the numbers that the architecture sees.</summary>
    public static PixelScaling Scaling(this Architecture architecture) => Scaling(architecture, architecture.Recipe.Pixels);

    /// <summary>How the bytes become the numbers that a run of it sees.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="pixels">The means and deviations that the run records; null for the same range for all channels.</param>
    /// <exception cref="InputException">The text is not such a list, or their number differs from the channels of the input.</exception>
    public static PixelScaling Scaling(this Architecture architecture, string? pixels)
    {
        Recipe recipe = architecture.Recipe;
        if (pixels is null)
            return new PixelScaling(recipe.Low, recipe.High, recipe.Padding);
        PixelScaling scaling = PixelNames.Create(pixels, recipe.Padding);
        return scaling.Channels.Count == architecture.Input[0]
            ? scaling
            : throw new InputException($"{architecture.Name}: expected a mean and a deviation for {architecture.Input[0]} channels; found pixels {pixels}, which are for {scaling.Channels.Count}.");
    }

    /// <summary>Checks that an architecture takes these images and has their classes.</summary>
    /// <exception cref="InputException">It does not.</exception>
    public static void CheckFits(this Architecture architecture, ImageSet images)
    {
        Shape input = architecture.Input;
        if (input.Rank != 3)
            throw new InputException($"{architecture.Name}: expected a model of images; this one takes {input}. Choose another model.");
        int padding = 2 * architecture.Recipe.Padding;
        if (!architecture.Scaling().SampleShape(images).Equals(input))
        {
            string channels = input[0] == images.Channels ? "" : $" with {input[0]} channels";
            string found = input[0] == images.Channels ? "" : $" with {images.Channels}";
            throw new InputException($"{architecture.Name}: expected images of {input[1] - padding}x{input[2] - padding}{channels}; found {images.Rows}x{images.Columns}{found}.");
        }

        if (images.ClassNames.Count != architecture.Classes)
            throw new InputException($"{architecture.Name}: expected {architecture.Classes} classes; found {images.ClassNames.Count}.");
    }
}
