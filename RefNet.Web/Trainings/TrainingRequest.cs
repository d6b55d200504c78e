using RefNet.Models;
using RefNet.Training;

namespace RefNet.Web.Trainings;

/// <summary>A request of the page for a training. Missing settings are those of the model's recipe.</summary>
/// <param name="Model">The model.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="LearningRate">The learning rate that the schedule varies.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="Limit">The largest number of training images.</param>
/// <param name="Seed">The seed.</param>
internal sealed record TrainingRequest(string Model, string? Optimizer = null, double? LearningRate = null, int? Epochs = null, int? Limit = null, int? Seed = null)
{
    /// <summary>The options of the run.</summary>
    /// <exception cref="InputException">There is no such model.</exception>
    public RunOptions ToOptions()
    {
        RunOptions recipe = RunOptions.Of(Architectures.Find(Model));
        recipe = recipe.With(string.IsNullOrEmpty(Optimizer) ? recipe.Optimizer : Optimizer);
        return recipe with
        {
            LearningRate = LearningRate ?? recipe.LearningRate,
            Epochs = Epochs ?? recipe.Epochs,
            Limit = Limit,
            Seed = Seed ?? recipe.Seed,
        };
    }
}
