using System.CommandLine;
using System.Text.Json;
using RefNet.Blocks;
using RefNet.Interop;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Tensors;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>refnet summary: the output shape, the size and the cost of each layer of a model. It draws no weights.</summary>
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

    private sealed record Row(string Path, int[] Output, long Parameters, Cost Cost);

    private int Run(ParseResult arguments)
    {
        Architecture architecture = Architectures.Find(arguments.GetRequiredValue(model));
        Network<float> network = architecture.Create<float>(seed: 1);
        Row[] rows = [.. Rows(network, "", network.InputShape)];
        Row total = new("total", [], rows.Sum(row => row.Parameters), rows.Aggregate(default(Cost), (sum, row) => sum + row.Cost));

        terminal.WriteLine($"{architecture.Name}: {architecture.Description}; input {network.InputShape}");
        Table table = Terminal.Table("layer", "output", "parameters", "connections", "multiply-accumulates");
        foreach (Row row in rows.Append(total))
        {
            Terminal.AddRow(table,
                row.Path, string.Join("x", row.Output), Format.Count(row.Parameters),
                Format.Count(row.Cost.Connections), Format.Count(row.Cost.MultiplyAccumulates));
        }

        terminal.Write(table);
        if (arguments.GetValue(json) is { } path)
            AtomicFile.Write(path, stream => WriteJson(stream, architecture.Name, rows, total));
        return Host.Done;
    }

    // The layers inside a block stand above it; what they hold and cost is not counted again for the block.
    private static IEnumerable<Row> Rows(Layer<float> layer, string path, Shape input)
    {
        Shape shape = input;
        foreach (Layer<float> inner in layer.Layers)
        {
            foreach (Row row in Rows(inner, Paths.Join(path, inner.Name), shape))
                yield return row;
            if (layer is Sequential<float>)
                shape = inner.OutputShape(shape); // in the other blocks each layer takes the input of the block
        }

        if (layer.Layers.Count == 0)
            yield return new Row(path, layer.OutputShape(input).ToArray(), layer.Parameters.Sum(parameter => (long)parameter.Count), layer.Cost(input));
        else if (layer is not Sequential<float>)
            yield return new Row(path, layer.OutputShape(input).ToArray(), 0, default);
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
            json.WriteString("name", row.Path);
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
