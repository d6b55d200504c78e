namespace RefNet.Data.Digits;

/// <summary>A digit that was found in a picture.</summary>
/// <param name="Box">Where it is in the picture.</param>
/// <param name="Cell">Its image, 28x28 like those of MNIST: ink is 255, paper 0.</param>
public sealed record FoundDigit(Box Box, GreyImage Cell);
