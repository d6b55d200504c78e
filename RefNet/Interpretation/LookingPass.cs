using System.Numerics;
using RefNet.Layers;

namespace RefNet.Interpretation;

/// <summary>
/// A pass that does not learn: until it is disposed, all layers are frozen, so that Backward adds to no gradient, and ReLUs follow
/// a rule. Dispose restores both.
/// </summary>
internal sealed class LookingPass<T> : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly (Layer<T> Layer, bool IsFrozen)[] leaves;
    private readonly ReLU<T>[] rectifiers;

    public LookingPass(Layer<T> layer, ReLURule rule = ReLURule.Gradient)
    {
        leaves = [.. from place in layer.Walk() where place.Layer.Layers.Count == 0 select (place.Layer, place.Layer.IsFrozen)];
        rectifiers = [.. layer.Walk().Select(place => place.Layer).OfType<ReLU<T>>()];
        layer.IsFrozen = true;
        Follow(rule);
    }

    public void Dispose()
    {
        Follow(ReLURule.Gradient);
        foreach ((Layer<T> layer, bool isFrozen) in leaves)
            layer.IsFrozen = isFrozen;
    }

    private void Follow(ReLURule rule)
    {
        foreach (ReLU<T> rectifier in rectifiers)
            rectifier.Rule = rule;
    }
}
