using System.Text.Encodings.Web;
using System.Text.Json;
using RefNet.Training.Diagnosis;

namespace RefNet.Console;

/// <summary>Writes a diagnosis as JSON: every number, and the findings.</summary>
internal static class DoctorJson
{
    public static void Write(Stream stream, string model, NetworkDiagnosis found, IReadOnlyList<DoctorFinding> findings)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteFinite("loss_before", found.LossBefore);
        json.WriteFinite("loss_after", found.LossAfter);
        json.WriteFinite("loss_of_knowing_nothing", found.LossOfKnowingNothing);
        json.WriteNumber("steps", found.Steps);
        json.WriteFinite("diverged_at", found.DivergedAt);
        json.WriteNumber("learnt_by_heart", found.LearntByHeart);
        json.WriteFinite("wrong_by_heart", found.WrongByHeart);
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
            json.WriteFinite("weights", layer.Weights);
            json.WriteFinite("gradient", layer.Gradient);
            json.WriteFinite("update", layer.Update);
            json.WriteFinite("largest_update", layer.LargestUpdate);
            json.WriteFinite("dead_before", layer.DeadBefore);
            json.WriteFinite("dead_after", layer.DeadAfter);
            json.WriteFinite("saturated_before", layer.SaturatedBefore);
            json.WriteFinite("saturated_after", layer.SaturatedAfter);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (DoctorFinding finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("check", finding.Check);
            json.WriteString("verdict", finding.Verdict.ToString().ToLowerInvariant());
            json.WriteFinite("number", finding.Number);
            json.WriteString("layer", finding.Layer);
            json.WriteString("found", finding.Says);
            json.WriteString("means", finding.Means);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
