namespace RefNet.Layers;

/// <summary>The cost of one forward pass of one sample.</summary>
/// <param name="Connections">Links from an input or a bias to a unit, counted as LeCun et al. 1998 count them (Y11).</param>
/// <param name="MultiplyAccumulates">Multiplications whose products are summed; biases are not counted.</param>
public readonly record struct Cost(long Connections, long MultiplyAccumulates)
{
    /// <summary>Adds the costs of two parts.</summary>
    public static Cost operator +(Cost a, Cost b) => new(a.Connections + b.Connections, a.MultiplyAccumulates + b.MultiplyAccumulates);
}
