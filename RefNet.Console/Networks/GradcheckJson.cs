using System.Text.Encodings.Web;
using System.Text.Json;
using RefNet.Verification;
using RefNet.Verification.Cases;

namespace RefNet.Console;

/// <summary>Writes the findings of gradcheck as JSON: every case, every tensor, every kink.</summary>
internal static class GradcheckJson
{
    public static void Write(Stream stream, int seed, IReadOnlyList<GradcheckRow> rows, Func<GradcheckRow, string> replay)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteBoolean("passed", rows.All(row => row.Passed));
        json.WriteNumber("seed", seed);
        json.WriteNumber("step", GradientCheck.Step);
        json.WriteNumber("tolerance", GradientCheck.Tolerance);
        json.WriteStartArray("checked");
        foreach (GradcheckRow row in rows)
            Write(json, row, replay);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, GradcheckRow row, Func<GradcheckRow, string> replay)
    {
        json.WriteStartObject();
        json.WriteString("name", row.Name);
        json.WriteBoolean("passed", row.Passed);
        json.WriteNumber("entries", row.Entries);
        json.WriteNumber("at_kinks", row.Kinks);
        json.WriteNumber("near_kinks", row.NearKinks);
        json.WriteFinite("worst_error", row.WorstError);
        json.WriteFinite("seconds", row.Elapsed.TotalSeconds);
        if (row.Simplest is { } simplest)
        {
            json.WriteStartObject("failure");
            json.WriteString("replay", replay(row));
            json.WritePropertyName("simplest");
            Write(json, simplest);
            json.WriteEndObject();
        }

        json.WriteStartArray("cases");
        foreach (CaseResult result in row.Results)
            Write(json, result);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CaseResult result)
    {
        json.WriteStartObject();
        json.WriteNumber("number", result.Number);
        json.WriteString("case", $"{result.Case}");
        json.WriteBoolean("passed", result.Passed);
        if (!result.Passed)
            json.WriteString("problem", result.Problem);
        json.WriteStartArray("findings");
        foreach (ContractFinding finding in result.Report?.Findings ?? [])
            json.WriteStringValue($"{finding}");
        json.WriteEndArray();
        json.WriteStartArray("tensors");
        foreach (TensorReport tensor in result.Report?.Tensors ?? [])
            Write(json, tensor);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TensorReport tensor)
    {
        json.WriteStartObject();
        json.WriteString("name", tensor.Name);
        json.WriteString("shape", $"{tensor.Shape}");
        json.WriteBoolean("passed", tensor.Passed);
        json.WriteNumber("entries", tensor.EntriesChecked);
        if (tensor.Worst is { } worst)
        {
            json.WriteStartObject("worst");
            json.WriteNumber("index", worst.Index);
            json.WriteFinite("analytic", worst.Analytic);
            json.WriteFinite("numeric", worst.Numeric);
            json.WriteFinite("absolute_error", worst.AbsoluteError);
            json.WriteFinite("relative_error", worst.RelativeError);
            json.WriteFinite("error", worst.Error);
            json.WriteEndObject();
        }

        if (tensor.Convergence is { } convergence)
        {
            json.WriteString("convergence", $"{convergence.Kind}");
            json.WriteFinite("order", convergence.Order);
        }

        json.WriteStartArray("kinks");
        foreach (GradientKink kink in tensor.Kinks)
        {
            json.WriteStartObject();
            json.WriteNumber("index", kink.Index);
            json.WriteFinite("analytic", kink.Analytic);
            json.WriteFinite("left", kink.Left);
            json.WriteFinite("right", kink.Right);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("near_kinks");
        foreach (int index in tensor.ShorterSteps)
            json.WriteNumberValue(index);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
