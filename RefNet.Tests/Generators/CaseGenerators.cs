using FsCheck;
using FsCheck.Fluent;
using RefNet.Randomness;

namespace RefNet.Tests.Generators;

/// <summary>The cases of <see cref="EngineCases"/> for FsCheck, each drawn from a seed of its own.</summary>
internal static class CaseGenerators
{
    /// <summary>Configurations of a layer, by the name of its type.</summary>
    public static Gen<LayerCase> OfLayer(string name) => Of(EngineCases.Layers[name]);

    /// <summary>Configurations of a loss, by the name of its type.</summary>
    public static Gen<LossCase> OfLoss(string name) => Of(EngineCases.Losses[name]);

    /// <summary>Configurations of a regulariser, by the name of its type.</summary>
    public static Gen<RegularizerCase> OfRegularizer(string name) => Of(EngineCases.Regularizers[name]);

    private static Gen<TCase> Of<TCase>(Func<Random, TCase> draw) =>
        from seed in Gen.Choose(0, 1_000_000_000)
        select draw(Seeds.Create(seed));
}
