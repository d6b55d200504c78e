using RefNet.Training;

namespace RefNet.Experiments;

/// <summary>
/// What each ingredient of a recipe buys: the recipe is trained as it is, and again with one ingredient taken out at a time. What is
/// lost without it is what it buys beside the others.
/// </summary>
public static class Ablation
{
    /// <summary>A recipe without something.</summary>
    /// <param name="Name">A short name: a folder can have it.</param>
    /// <param name="Text">What was done.</param>
    /// <param name="Options">What is trained.</param>
    public sealed record Variant(string Name, string Text, RunOptions Options);

    /// <summary>The whole recipe, then one variant for each ingredient that it has.</summary>
    public static IReadOnlyList<Variant> Of(RunOptions recipe)
    {
        List<Variant> variants = [new("recipe", "the whole recipe", recipe)];
        Add(recipe.Augment is not null, "augmentation", $"without augmentation ({recipe.Augment})", recipe with { Augment = null });
        Add(recipe.Prepare is not null, "preparation", $"inputs not prepared ({recipe.Prepare})", recipe with { Prepare = null });
        Add(recipe.Schedule != Constant, "schedule", $"constant learning rate, not {recipe.Schedule}", recipe with { Schedule = Constant });
        Add(recipe.Optimizer is Momentum or Nesterov, "momentum", $"sgd of the same total step, not {recipe.Optimizer}", WithoutMomentum(recipe));
        Add(recipe.Optimizer == Nesterov, "nesterov", "momentum, not nesterov", recipe with { Optimizer = Momentum });
        Add(recipe.WeightDecay > 0, "weight-decay", "without weight decay", recipe with { WeightDecay = 0 });
        Add(recipe.L1 > 0, "l1", "without the L1 penalty", recipe with { L1 = 0 });
        Add(recipe.LabelSmoothing > 0, "label-smoothing", "without label smoothing", recipe with { LabelSmoothing = 0 });
        Add(recipe.Average > 0, "average", "without the average of the weights", recipe with { Average = 0 });
        Add(recipe.Clip > 0, "clipping", "without clipping", recipe with { Clip = 0 });
        return variants;

        void Add(bool isThere, string name, string text, RunOptions options)
        {
            if (isThere)
                variants.Add(new Variant(name, text, options));
        }
    }

    private const string Constant = "constant", Momentum = "momentum", Nesterov = "nesterov";

    // Momentum μ makes a step 1/(1 - μ) times as long in the end: without it the rate is that much larger, or the comparison would be
    // one of rates.
    private static RunOptions WithoutMomentum(RunOptions recipe) =>
        recipe with { Optimizer = "sgd", LearningRate = recipe.LearningRate / (1 - recipe.Momentum) };
}
