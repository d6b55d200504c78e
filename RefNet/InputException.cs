namespace RefNet;

/// <summary>
/// A mistake in the input: a file, an option, a shape. The message says what was expected, what was found and what to do, so that
/// a host can show it as it stands, without a stack trace.
/// </summary>
public class InputException : Exception
{
    /// <summary>Makes the error with its message.</summary>
    public InputException(string message) : base(message) { }

    /// <summary>Makes the error with its message and its cause.</summary>
    public InputException(string message, Exception cause) : base(message, cause) { }
}
