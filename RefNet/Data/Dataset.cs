namespace RefNet.Data;

/// <summary>Images to train on and images to test on.</summary>
/// <param name="Name">What the set is called: the name of its folder.</param>
/// <param name="Training">What networks learn from; part of it may be held out for validation.</param>
/// <param name="Test">What is looked at once, when all choices have been made.</param>
public sealed record Dataset(string Name, ImageSet Training, ImageSet Test);
