using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RefNet.Tensors;
using RefNet.Web.Cells;
using RefNet.Web.Served;

namespace RefNet.Web.Endpoints;

/// <summary>One cell of a layer: the numbers of its computation, and the planes that it reads.</summary>
internal static class CellEndpoints
{
    private const int MostSide = 256;

    private sealed record Plane(int Rows, int Columns, float[] Values);

    public static void Map(IEndpointRouteBuilder routes, ServedNetworks networks)
    {
        routes.MapGet("/api/networks/{id:int}/cell", (int id, int look, string path, int map, int row, int column) =>
        {
            ServedNetwork network = networks[id];
            return Results.Ok(network.Look(look, _ =>
            {
                Cell cell = new(network.Find(path).Layer, map, row, column);
                CellSum sum = CellFormulas.Explain(cell);
                return new { path, map, row, column, cell.Value, sum };
            }));
        });

        // The elements of one map, of the output or of an input of a layer.
        routes.MapGet("/api/networks/{id:int}/plane", (int id, int look, string path, int map, bool? isInput) =>
        {
            ServedNetwork network = networks[id];
            return Results.Ok(network.Look(look, _ =>
            {
                LayerPlace place = network.Find(path);
                Tensor<float> tensor = isInput == true ? place.Layer.Input! : place.Layer.Output!;
                bool isMaps = tensor.Shape.Rank == 4;
                if (map < 0 || map >= tensor.Shape[1] || (isMaps && Math.Max(tensor.Shape[2], tensor.Shape[3]) > MostSide))
                    throw new InputException($"Expected a map of {tensor.Shape.Sample} with at most {MostSide} rows and columns; found map {map}.");
                return isMaps ? new Plane(tensor.Shape[2], tensor.Shape[3], tensor.Plane(0, map).ToArray()) : new Plane(1, tensor.Shape[1], tensor.Values.ToArray());
            }));
        });
    }
}
