using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RefNet.Data;
using RefNet.Training;
using RefNet.Web.Served;

namespace RefNet.Web.Endpoints;

/// <summary>Receives a picture and returns the answer and the maps of the layers, as a <see cref="MapsMessage"/>.</summary>
internal static class LookEndpoints
{
    /// <summary>The content type of a drawing: one byte of grey per pixel, row by row, 255 for paper.</summary>
    public const string Drawing = "application/octet-stream";

    /// <summary>The name of the input among the layers.</summary>
    public const string Input = "input";

    private const int MostSide = 1024;

    private sealed record DigitAnswer(int Class, string Name, bool IsUncertain, bool AreProbabilities, float[] Measures, double? NoneOfThese, int[]? Box);

    public static void Map(IEndpointRouteBuilder routes, ServedNetworks networks) =>
        routes.MapPost("/api/networks/{id:int}/look", async (int id, HttpRequest request, string? layers, int? digit) =>
        {
            Picture picture = await ReadPicture(request);
            ServedNetwork network = networks[id];
            (int input, IReadOnlyList<PictureInput> found) = network.See(picture, digit ?? 0);
            DigitAnswer[] answers = [.. found.Select(one => Describe(network, one))];
            MapsMessage message = new();
            network.Look(input, x =>
            {
                message.Add(Input, x.Shape.Sample, x.Values);
                foreach (LayerPlace place in Chosen(network, layers))
                    message.Add(place.Path, place.Shape, place.Layer.Output!.Values);
                return message;
            });
            return Results.Bytes(message.Write(new { look = input, answers, message.Layers }), Drawing);
        });

    /// <summary>The layers that a request names, separated by line breaks; all if it names none.</summary>
    public static IEnumerable<LayerPlace> Chosen(ServedNetwork network, string? layers) =>
        layers is null ? network.Places : layers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(network.Find);

    private static DigitAnswer Describe(ServedNetwork network, PictureInput input)
    {
        Answer answer = network.Ask(input);
        return new DigitAnswer(answer.Class, network.Name(answer.Class), answer.IsUncertain, answer.AreProbabilities, answer.Measures, answer.NoneOfThese,
            input.Place is { } box ? [box.Top, box.Left, box.Rows, box.Columns] : null);
    }

    private static async Task<Picture> ReadPicture(HttpRequest request)
    {
        using MemoryStream bytes = new();
        await request.Body.CopyToAsync(bytes);
        if (request.ContentType != Drawing)
            return ImageFile.Decode("the picture", bytes.ToArray());
        if (!int.TryParse(request.Query["rows"], out int rows) || !int.TryParse(request.Query["columns"], out int columns) || rows is < 1 or > MostSide || columns is < 1 or > MostSide || bytes.Length != rows * columns)
            throw new InputException($"Expected a drawing of 1 to {MostSide} rows and columns with one byte per pixel; found {bytes.Length} bytes for {request.Query["rows"]} rows and {request.Query["columns"]} columns.");
        return new Picture(bytes.ToArray(), rows, columns, channels: 1);
    }
}
