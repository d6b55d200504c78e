namespace RefNet.Tensors;

/// <summary>A layer was given an input, or a gradient, whose shape it cannot take.</summary>
public sealed class ShapeException : InputException
{
    /// <summary>Creates the error from the layer's name, what it expected and the shape that it found.</summary>
    public ShapeException(string layer, string expected, Shape found) : base($"{layer}: expected {expected}; found {found}.") { }
}
