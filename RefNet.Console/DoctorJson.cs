using System.Text.Encodings.Web;
using System.Text.Json;
using RefNet.Training.Diagnosis;

namespace RefNet.Console;

/// <summary>Writes a diagnosis: every number, and the findings.</summary>
internal static class DoctorJson
{
    public static void Write(Stream stream, string model, NetworkDiagnosis found, IReadOnlyList<DoctorFinding> findings)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteFinite("loss_before", found.LossBefore);
        json.WriteFinite("loss_after", found.LossAfter);
        WriteNumber(json, "loss_of_knowing_nothing", found.LossOfKnowingNothing);
        json.WriteNumber("steps", found.Steps);
        WriteNumber(json, "diverged_at", found.DivergedAt);
        json.WriteNumber("learnt_by_heart", found.LearntByHeart);
        WriteNumber(json, "wrong_by_heart", found.WrongByHeart);
        json.WriteNumber("steps_by_heart", found.StepsByHeart);
        json.WriteStartArray("inputs");
        foreach (InputDiagnosis channel in found.Inputs)
        {
            json.WriteStartObject();
            json.WriteFinite("mean", channel.Mean);
            json.WriteFinite("deviation", channel.Deviation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("layers");
        foreach (LayerDiagnosis layer in found.Layers)
        {
            json.WriteStartObject();
            json.WriteString("path", layer.Path);
            WriteNumber(json, "weights", layer.Weights);
            WriteNumber(json, "gradient", layer.Gradient);
            WriteNumber(json, "update", layer.Update);
            WriteNumber(json, "largest_update", layer.LargestUpdate);
            WriteNumber(json, "dead_before", layer.DeadBefore);
            WriteNumber(json, "dead_after", layer.DeadAfter);
            WriteNumber(json, "saturated_before", layer.SaturatedBefore);
            WriteNumber(json, "saturated_after", layer.SaturatedAfter);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (DoctorFinding finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("check", finding.Check);
            json.WriteString("verdict", finding.Verdict.ToString().ToLowerInvariant());
            WriteNumber(json, "number", finding.Number);
            json.WriteString("layer", finding.Layer);
            json.WriteString("found", finding.Says);
            json.WriteString("means", finding.Means);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number) => json.WriteFinite(name, number ?? double.NaN);
}
