using System.Text.Json;

namespace RefNet.Console;

/// <summary>Numbers in JSON, which has neither NaN nor infinity.</summary>
internal static class JsonNumbers
{
    /// <summary>Writes a number; null if there is none or it is not finite, such as the precision of a class that is never predicted.</summary>
    public static void WriteFinite(this Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } there && double.IsFinite(there))
            json.WriteNumber(name, there);
        else
            json.WriteNull(name);
    }
}
