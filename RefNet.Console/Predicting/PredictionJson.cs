using System.Text.Encodings.Web;
using System.Text.Json;
using RefNet.Data.Digits;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>Writes recognised digits as JSON.</summary>
internal static class PredictionJson
{
    public static void Write(Stream stream, string model, Classifier classifier, IReadOnlyList<Prediction> predictions)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteStartArray("pictures");
        foreach (Prediction prediction in predictions)
        {
            json.WriteStartObject();
            json.WriteString("file", prediction.Path);
            if (prediction.Error is not null)
                json.WriteString("error", prediction.Error);
            json.WriteStartArray("digits");
            foreach (RecognizedDigit digit in prediction.Digits)
                Write(json, classifier, digit);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Classifier classifier, RecognizedDigit recognized)
    {
        (FoundDigit digit, Answer answer) = (recognized.Digit, recognized.Answer);
        json.WriteStartObject();
        json.WriteNumber("class", answer.Class);
        json.WriteString("name", classifier.Name(answer.Class));
        json.WriteBoolean("uncertain", recognized.IsUncertain);
        if (recognized.Doubt is { Length: > 0 } doubt)
            json.WriteString("doubt", doubt);
        if (recognized.Strangeness is { } strangeness && double.IsFinite(strangeness))
            json.WriteNumber("strangeness", strangeness);
        json.WriteStartObject("box");
        json.WriteNumber("top", digit.Box.Top);
        json.WriteNumber("left", digit.Box.Left);
        json.WriteNumber("rows", digit.Box.Rows);
        json.WriteNumber("columns", digit.Box.Columns);
        json.WriteEndObject();
        json.WriteStartArray(answer.AreProbabilities ? "probabilities" : "scores");
        foreach (float measure in answer.Measures)
            WriteFinite(json, measure);
        json.WriteEndArray();
        if (answer.NoneOfThese is { } rest)
            json.WriteNumber("none_of_these", rest);
        json.WriteEndObject();
    }

    // JSON has neither NaN nor infinity.
    private static void WriteFinite(Utf8JsonWriter json, float number)
    {
        if (float.IsFinite(number))
            json.WriteNumberValue(number);
        else
            json.WriteNullValue();
    }
}
