namespace RefNet.Layers;

/// <summary>The code of a layer failed; the message gives the layer, its path in the network, and what it was doing.</summary>
public sealed class LayerException : Exception
{
    private readonly string type;
    private string path = "";

    internal LayerException(object layer, string type, string work, Exception cause) : base(null, cause)
    {
        Layer = layer;
        this.type = type;
        Problem = $"{work} failed: {cause.GetType().Name}: {cause.Message}";
    }

    /// <summary>What the layer was doing, and the error.</summary>
    public string Problem { get; }

    /// <inheritdoc/>
    public override string Message => path.Length > 0 ? $"{path} ({type}): {Problem}" : $"{type}: {Problem}";

    /// <summary>The layer.</summary>
    internal object Layer { get; }

    /// <summary>Whether an error is a mistake in code. Errors of the user, of a device, and those that end the program have messages of their own.</summary>
    internal static bool Explains(Exception error) => error is (SystemException or AggregateException) and not (OutOfMemoryException or OperationCanceledException);

    /// <summary>Records the path of the layer in its network.</summary>
    internal void StandsAt(string found) => path = found;
}
