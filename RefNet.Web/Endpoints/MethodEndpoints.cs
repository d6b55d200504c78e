using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RefNet.Data;
using RefNet.Web.Served;

namespace RefNet.Web.Endpoints;

/// <summary>The visualisers of refnet explain, on the picture of the page.</summary>
internal static class MethodEndpoints
{
    private sealed record Panel(string Caption, int Rows, int Columns, byte[] Png);

    public static void Map(IEndpointRouteBuilder routes, ServedNetworks networks, ServedSettings settings) =>
        routes.MapPost("/api/networks/{id:int}/explain", (int id, int look, string method, int? @class, string? layer) =>
        {
            ServedNetwork network = networks[id];
            Visualiser visualiser = settings.Visualisers.FirstOrDefault(known => known.Name == method)
                ?? throw new InputException($"Expected one of {string.Join(", ", settings.Visualisers.Select(known => known.Name))}; found '{method}'.");
            if (@class is { } c && (c < 0 || c >= network.Best.Architecture.Classes))
                throw new InputException($"Expected a class from 0 to {network.Best.Architecture.Classes - 1}; found {c}.");
            IReadOnlyList<(Picture Picture, string Caption)> panels = network.Use(look, x => visualiser.Look(new LookedAt(network.Best, network.Network, x, @class, string.IsNullOrEmpty(layer) ? null : layer)));
            return Results.Ok(new { panels = panels.Select(panel => new Panel(panel.Caption, panel.Picture.Rows, panel.Picture.Columns, Png(panel.Picture))) });
        });

    private static byte[] Png(Picture picture)
    {
        using MemoryStream png = new();
        PngWriter.Write(png, picture);
        return png.ToArray();
    }
}
