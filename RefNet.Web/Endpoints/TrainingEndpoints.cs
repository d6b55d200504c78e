using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RefNet.Training;
using RefNet.Web.Trainings;

namespace RefNet.Web.Endpoints;

/// <summary>Training on the page: start, pause, resume, stop, change of the learning rate; and its events, as server-sent events.</summary>
internal static class TrainingEndpoints
{
    private sealed record Short(int Id, string Model, string Optimizer, double LearningRate, int Epochs, string State, double RateFactor, string Folder);

    public static void Map(IEndpointRouteBuilder routes, LiveTrainings trainings)
    {
        routes.MapGet("/api/trainings", () => Results.Ok(trainings.All.Select(Describe)));
        routes.MapGet("/api/trainings/choices", () => Results.Ok(new { models = trainings.Models(), optimizers = OptimizerNames.All }));
        routes.MapPost("/api/trainings", (TrainingRequest request) => Results.Ok(Describe(trainings.Start(request))));
        routes.MapPost("/api/trainings/{id:int}/pause", (int id) => Do(trainings[id], training => training.Pause()));
        routes.MapPost("/api/trainings/{id:int}/resume", (int id) => Do(trainings[id], training => training.Resume()));
        routes.MapPost("/api/trainings/{id:int}/stop", (int id) => Do(trainings[id], training => training.Stop()));
        routes.MapPost("/api/trainings/{id:int}/rate", (int id, double factor) => Do(trainings[id], training => training.ChangeRate(factor)));
        routes.MapGet("/api/trainings/{id:int}/events", (int id, CancellationToken cancellation) => TypedResults.ServerSentEvents(Events(trainings[id], cancellation)));
    }

    private static IResult Do(LiveTraining training, Action<LiveTraining> act)
    {
        if (!training.IsActive)
            throw new InputException($"Expected a training that is running or paused; found one that is {training.State}.");
        act(training);
        return Results.Ok(Describe(training));
    }

    private static Short Describe(LiveTraining training) => new(
        training.Id, training.Options.Model, training.Options.Optimizer, training.Options.LearningRate, training.Options.Epochs, training.State, training.RateFactor, training.Folder);

    private static async IAsyncEnumerable<SseItem<object>> Events(LiveTraining training, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (TrainingEvent what in training.Events.Listen(cancellation))
            yield return new SseItem<object>(what.Data, what.Name);
    }
}
