using System.CommandLine;
using System.Text.Json;
using RefNet.Blocks;
using RefNet.Interop;
using RefNet.Layers;
using RefNet.Tensors;
using RefNet.Training;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>refnet summary: what each layer of a model gives, holds and costs.</summary>
internal sealed class SummaryCommand : Command
{
    private readonly Terminal terminal;
    private readonly Argument<string> model = Inputs.Model();
    private readonly Option<string?> json = Inputs.Json();

    public SummaryCommand(Terminal terminal) : base("summary", "Show the layers of a model: output shapes, parameters, connections, multiply-accumulates.")
    {
        this.terminal = terminal;
        Add(model);
        Add(json);
        SetAction(Run);
    }

    private sealed record Row(string Name, int[] Output, long Parameters, Cost Cost);

    private int Run(ParseResult arguments)
    {
        Recipe recipe = Recipe.Find(arguments.GetRequiredValue(model));
        Sequential<float> network = recipe.CreateNetwork(recipe.Defaults.Seed);
        Row[] rows = [.. Rows(network)];
        Row total = new("total", [], rows.Sum(row => row.Parameters), network.Cost(network.Input));

        terminal.WriteLine($"{recipe.Model}: {recipe.Description}; input {network.Input}");
        Table table = Terminal.Table("layer", "output", "parameters", "connections", "multiply-accumulates");
        foreach (Row row in rows.Append(total))
        {
            Terminal.AddRow(table,
                row.Name, string.Join("x", row.Output), Format.Count(row.Parameters),
                Format.Count(row.Cost.Connections), Format.Count(row.Cost.MultiplyAccumulates));
        }

        terminal.Output.Write(table);
        if (arguments.GetValue(json) is { } path)
            AtomicFile.Write(path, stream => WriteJson(stream, recipe.Model, rows, total));
        return Host.Done;
    }

    private static IEnumerable<Row> Rows(Sequential<float> network)
    {
        Shape shape = network.Input;
        foreach (Layer<float> layer in network.Layers)
        {
            Cost cost = layer.Cost(shape);
            shape = layer.OutputShape(shape);
            yield return new Row(layer.Name, shape.ToArray(), layer.Parameters.Sum(parameter => (long)parameter.Value.Count), cost);
        }
    }

    private static void WriteJson(Stream stream, string model, Row[] rows, Row total)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteStartArray("layers");
        foreach (Row row in rows)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Name);
            json.WriteStartArray("output");
            foreach (int extent in row.Output)
                json.WriteNumberValue(extent);
            json.WriteEndArray();
            WriteNumbers(json, row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteNumbers(json, total);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, Row row)
    {
        json.WriteNumber("parameters", row.Parameters);
        json.WriteNumber("connections", row.Cost.Connections);
        json.WriteNumber("macs", row.Cost.MultiplyAccumulates);
    }
}
