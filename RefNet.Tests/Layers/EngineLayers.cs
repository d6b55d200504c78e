using FsCheck;
using NUnit.Framework;
using RefNet.Layers;
using RefNet.Tests.Generators;

namespace RefNet.Tests.Layers;

/// <summary>Every layer and block of the engine, found by reflection: a new one cannot be forgotten.</summary>
public static class EngineLayers
{
    /// <summary>The open generic types of all concrete layers.</summary>
    public static IEnumerable<Type> Types { get; } =
        [.. typeof(Layer<>).Assembly.GetTypes().Where(type => !type.IsAbstract && IsLayer(type)).OrderBy(type => type.Name)];

    /// <summary>The types with configurations: the arguments of the laws. <see cref="LayerSourceTests"/> fails for the others.</summary>
    public static IEnumerable<TestCaseData> TestCases => AsTestCases(Types.Where(LayerGenerators.All.ContainsKey));

    /// <summary>Types as the arguments of a parametrised test.</summary>
    public static IEnumerable<TestCaseData> AsTestCases(IEnumerable<Type> types) =>
        types.Select(type => new TestCaseData(type).SetArgDisplayNames(NameOf(type)));

    /// <summary>Dense for Dense`1.</summary>
    public static string NameOf(Type type) => type.Name.Split('`')[0];

    /// <summary>The configurations of a layer.</summary>
    public static Gen<LayerCase> Cases(Type layer) => LayerGenerators.All[layer];

    private static bool IsLayer(Type type)
    {
        for (Type? t = type.BaseType; t is not null; t = t.BaseType)
        {
            if (t.IsGenericType && t.GetGenericTypeDefinition() == typeof(Layer<>))
                return true;
        }

        return false;
    }
}
