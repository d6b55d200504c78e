using FsCheck;
using NUnit.Framework;
using RefNet.Layers;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using RefNet.Verification;

namespace RefNet.Tests.Layers;

/// <summary>The laws of the layer contract, over every layer of the engine and generated configurations of it.</summary>
[TestFixture]
public sealed class LayerContractTests
{
    /// <summary>Every concrete layer and block in the engine, found by reflection: a new one cannot be forgotten.</summary>
    public static IEnumerable<TestCaseData> LayerTypes =>
        from type in typeof(Layer<>).Assembly.GetTypes()
        where !type.IsAbstract && IsLayer(type)
        orderby type.Name
        select new TestCaseData(type).SetArgDisplayNames(type.Name.Split('`')[0]);

    [TestCaseSource(nameof(LayerTypes))]
    public void GradientsAgreeWithFiniteDifferences(Type layer) => Properties.ForAll(Cases(layer), c =>
    {
        GradientReport report = GradientCheck.Run(c.Create<double>(), c.CreateInput<double>(), c.Mode, c.Seed);
        Assert.That(report.Passed, Is.True, report.ToString());
    });

    [TestCaseSource(nameof(LayerTypes))]
    public void OutputShapeAgreesWithForward(Type layer) => Properties.ForAll(Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        Tensor<double> y = instance.Forward(c.CreateInput<double>(), c.Mode);
        Assert.That(y.Shape, Is.EqualTo(instance.OutputShape(c.Input).Batch(c.Batch)));
    });

    private static Gen<LayerCase> Cases(Type layer) =>
        LayerGenerators.All.TryGetValue(layer, out Gen<LayerCase>? cases)
            ? cases
            : throw new AssertionException($"{layer.Name} has no configurations: add it to {nameof(LayerGenerators)}.{nameof(LayerGenerators.All)}.");

    private static bool IsLayer(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Layer<>))
                return true;
        }

        return false;
    }
}
