using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RefNet.Training;
using RefNet.Web.Served;
using RefNet.Web.Sources;

namespace RefNet.Web.Endpoints;

/// <summary>The networks, and the layers of one.</summary>
internal static class NetworkEndpoints
{
    private sealed record Short(int Id, string Model, string Run);

    private sealed record LayerRow(string Path, string Type, int[] Shape, long Parameters, string Formula, IReadOnlyList<string> Lectures);

    private sealed record Method(string Name, string Title, string Sentence, string Paper);

    public static void Map(IEndpointRouteBuilder routes, ServedNetworks networks, ServedSettings settings)
    {
        routes.MapGet("/api/networks", () => Results.Ok(new
        {
            networks = networks.All.Select(network => new Short(network.Id, network.Best.Architecture.Name, Path.GetFileName(Path.TrimEndingDirectorySeparator(network.Run)))),
            settings.HowToTrain,
            methods = settings.Visualisers.Select(known => new Method(known.Name, known.Title, known.Sentence, known.Paper)),
        }));

        routes.MapGet("/api/networks/{id:int}", (int id) => Results.Ok(Describe(networks[id])));

        routes.MapGet("/api/networks/{id:int}/source", (int id, string path) => Results.Ok(LayerSource.Of(networks[id].Find(path).Type)));
    }

    private static object Describe(ServedNetwork network) => new
    {
        network.Id,
        model = network.Best.Architecture.Name,
        network.Best.Architecture.Description,
        network.Best.Architecture.Paper,
        input = network.Network.InputShape.ToArray(),
        seesDigits = PictureInput.SeesDigits(network.Best.Architecture),
        classes = Enumerable.Range(0, network.Best.Architecture.Classes).Select(network.Name),
        parameters = network.Network.Parameters.Sum(parameter => (long)parameter.Count),
        layers = network.Places.Select(place =>
        {
            LayerSource source = LayerSource.Of(place.Type);
            return new LayerRow(place.Path, place.Type, place.Shape.ToArray(), place.Layer.Layers.Count > 0 ? 0 : place.Layer.Parameters.Sum(parameter => (long)parameter.Count), source.Formula, source.Lectures);
        }),
    };
}
