using System.CommandLine;
using System.Text.Json;
using RefNet.Blocks;
using RefNet.Interop;
using RefNet.Models;
using RefNet.Tensors;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>refnet summary: the output shape, size and cost of each layer of a model. It draws no weights.</summary>
internal sealed class SummaryCommand : Command
{
    private readonly Terminal terminal;
    private readonly Argument<string?> model = new("MODEL") { Description = "The model, such as lenet5. Without it, all models are listed.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<Shape?> input = Inputs.Shape("--input", "The shape of an input, such as 3x224x224. [default: the paper's]");
    private readonly Option<int?> classes = Inputs.Whole("--classes", "The number of classes. [default: the paper's]", least: 1);
    private readonly Option<string?> json = Inputs.Json();

    public SummaryCommand(Terminal terminal) : base("summary", "Show the layers of a model: output shapes, parameters, connections, multiply-accumulates; or list the models.")
    {
        this.terminal = terminal;
        Add(model);
        Add(input);
        Add(classes);
        Add(json);
        Validators.Add(result =>
        {
            if (result.GetResult(model)?.Tokens.Count is null or 0 && (result.GetResult(input) is not null || result.GetResult(classes) is not null || result.GetResult(json) is not null))
                result.AddError("Expected a MODEL with --input, --classes or --json; found none.");
        });
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        if (arguments.GetValue(model) is not { } name)
            return List();

        Architecture architecture = Architectures.Find(name);
        architecture = architecture with { Input = arguments.GetValue(input) ?? architecture.Input, Classes = arguments.GetValue(classes) ?? architecture.Classes };
        Network<float> network = architecture.Create<float>(seed: 1);
        LayerRow[] rows = [.. LayerRow.Of(network)];
        LayerRow total = LayerRow.Total(rows);

        terminal.WriteLine($"{architecture.Name}: {architecture.Description}; input {network.InputShape}");
        Table table = Terminal.Table("layer", "output", "parameters", "connections", "multiply-accumulates");
        foreach (LayerRow row in rows.Append(total))
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

    private int List()
    {
        Table table = Terminal.Table("model", "input", "parameters", "multiply-accumulates", "paper");
        foreach (Architecture architecture in Architectures.All)
        {
            Network<float> network = architecture.Create<float>(seed: 1);
            Terminal.AddRow(table,
                architecture.Name, $"{architecture.Input}", Format.Count(network.Parameters.Sum(parameter => (long)parameter.Count)),
                Format.Count(network.Cost(network.InputShape).MultiplyAccumulates), architecture.Paper);
        }

        terminal.Write(table);
        return Host.Done;
    }

    private static void WriteJson(Stream stream, string model, LayerRow[] rows, LayerRow total)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteStartArray("layers");
        foreach (LayerRow row in rows)
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

    private static void WriteNumbers(Utf8JsonWriter json, LayerRow row)
    {
        json.WriteNumber("parameters", row.Parameters);
        json.WriteNumber("connections", row.Cost.Connections);
        json.WriteNumber("macs", row.Cost.MultiplyAccumulates);
    }
}
