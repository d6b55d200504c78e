using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RefNet.Tensors;
using RefNet.Web.Served;

namespace RefNet.Web.Endpoints;

/// <summary>The gradient of the loss, layer by layer, for an assumed class of the picture.</summary>
internal static class GradientEndpoints
{
    private sealed record ParameterNorm(string Layer, string Name, double Norm);

    public static void Map(IEndpointRouteBuilder routes, ServedNetworks networks) =>
        routes.MapPost("/api/networks/{id:int}/gradient", (int id, int look, int @class, string? layers) =>
        {
            ServedNetwork network = networks[id];
            MapsMessage message = new();
            (float loss, ParameterNorm[] norms) = network.Look(look, x =>
            {
                float loss = network.Backward(@class);
                if (network.Network.InputGradient is { } dX)
                    message.Add(LookEndpoints.Input, dX.Shape.Sample, dX.Values, signed: true);
                foreach (LayerPlace place in LookEndpoints.Chosen(network, layers))
                    message.Add(place.Path, place.Shape, (place.Layer.OutputGradient ?? new Tensor<float>(place.Layer.Output!.Shape)).Values, signed: true);
                return (loss, Norms(network));
            });
            return Results.Bytes(message.Write(new { look, @class, loss, name = network.Best.Loss.GetType().Name.Split('`')[0], parameters = norms, message.Layers }), LookEndpoints.Drawing);
        });

    private static ParameterNorm[] Norms(ServedNetwork network) => [..
        from place in network.Places
        where place.Layer.Layers.Count == 0
        from parameter in place.Layer.Parameters
        select new ParameterNorm(place.Path, parameter.Name, MapsMessage.NormOf(parameter.Gradient.Values))];
}
