using System.Text.Json;

namespace RefNet.Interop;

/// <summary>Where a text is no JSON.</summary>
internal static class JsonPlace
{
    /// <summary>Line and position, which .NET counts from 0, counted from 1 as editors do.</summary>
    public static string Of(JsonException error) => $"line {error.LineNumber + 1}, position {error.BytePositionInLine + 1}";
}
