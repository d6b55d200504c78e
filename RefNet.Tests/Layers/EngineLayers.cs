using FsCheck;
using NUnit.Framework;
using RefNet.Layers;
using RefNet.Tests.Generators;

namespace RefNet.Tests.Layers;

/// <summary>Every layer and block of the engine, found by reflection: a new one cannot be forgotten.</summary>
internal static class EngineLayers
{
    /// <summary>The open generic types of all concrete layers.</summary>
    public static IEnumerable<Type> Types { get; } = [.. Concrete(typeof(Layer<>))];

    /// <summary>The types with configurations: the arguments of the laws. <see cref="LayerSourceTests"/> fails for the others.</summary>
    public static IEnumerable<TestCaseData> TestCases => AsTestCases(Types.Where(type => EngineCases.Layers.ContainsKey(NameOf(type))));

    /// <summary>Types as the arguments of a parametrised test.</summary>
    public static IEnumerable<TestCaseData> AsTestCases(IEnumerable<Type> types) =>
        types.Select(type => new TestCaseData(type).SetArgDisplayNames(NameOf(type)));

    /// <summary>Dense for Dense`1.</summary>
    public static string NameOf(Type type) => type.Name.Split('`')[0];

    /// <summary>The configurations of a layer.</summary>
    public static Gen<LayerCase> Cases(Type layer) => CaseGenerators.OfLayer(NameOf(layer));

    /// <summary>The concrete types of the engine that derive from a type, open generic or not.</summary>
    public static IEnumerable<Type> Concrete(Type baseType) => baseType.Assembly.GetTypes()
        .Where(type => !type.IsAbstract && BaseTypes(type).Any(t => t == baseType || (t.IsGenericType && t.GetGenericTypeDefinition() == baseType)))
        .OrderBy(type => type.Name);

    private static IEnumerable<Type> BaseTypes(Type type)
    {
        for (Type? t = type.BaseType; t is not null; t = t.BaseType)
            yield return t;
    }
}
