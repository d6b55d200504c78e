using System.Reflection;
using System.Reflection.Emit;
using NUnit.Framework;
using RefNet.Layers;

namespace RefNet.Tests;

/// <summary>A folder of the engine uses only what stands above it: read from the assembly, method by method.</summary>
[TestFixture]
public sealed class RoomsTests
{
    private const string Engine = "RefNet";

    // From what everything stands on to what stands on everything.
    private static readonly string[] Rooms =
    [
        "Randomness", "Tensors", "Geometry", "Backends", "Initializers", "Layers", "Blocks", "Losses", "Regularizers", "Models", "Optimizers", "Data", "Interop",
        "Verification", "Interpretation", "Training", "Experiments", "Lectures",
    ];

    // A room, what it uses although that stands below it, and why.
    private static readonly (string Room, string Below, string Why)[] Exceptions =
    [
    ];

    private static readonly Dictionary<ushort, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => field.GetValue(null)).OfType<OpCode>().ToDictionary(code => (ushort)code.Value);

    [Test]
    public void ARoomUsesOnlyTheRoomsAboveIt()
    {
        string[] upward = [.. from use in Uses()
                              where Array.IndexOf(Rooms, use.From) < Array.IndexOf(Rooms, use.To) && !Exceptions.Any(known => (known.Room, known.Below) == (use.From, use.To))
                              select $"{use.Where.FullName} uses {use.What}: {use.From} stands above {use.To}"];
        Assert.That(upward.Distinct(), Is.Empty, "Move the code to the lower room, or what it uses to a higher one.");
    }

    // Without these the other tests would pass on nothing.
    [Test]
    public void WhatIsKnownToBeUsedIsFound()
    {
        (string, string, string)[] uses = [.. Uses().Select(use => (use.Where.Name, use.To, use.What)).Distinct()];
        Assert.That(uses, Does.Contain(("Layer`1", "Backends", "RefNet.Backends.IBackend`1")), "a property");
        Assert.That(uses, Does.Contain(("Layer`1", "Randomness", "RefNet.Randomness.Seeds")), "a call");
        Assert.That(uses, Does.Contain(("Dense`1", "Initializers", "RefNet.Initializers.Initializer")), "a field");
        Assert.That(uses.Select(use => (use.Item1, use.Item2)), Does.Contain(("Objective`1", "Losses")), "an argument");
    }

    [Test]
    public void TheExceptionsAreStillNeeded() =>
        Assert.That(Exceptions.Select(known => (known.Room, known.Below)), Is.SubsetOf(Uses().Select(use => (use.From, use.To))), "Take them from the list.");

    [Test]
    public void LayersReachArithmeticThroughTheSeamAlone() => Assert.That(
        from use in Uses()
        where use.From is "Layers" or "Blocks" or "Regularizers" or "Models"
        where use.What.StartsWith("RefNet.Backends.Simd.", StringComparison.Ordinal) || use.What.StartsWith("RefNet.Backends.Reference.", StringComparison.Ordinal)
        select $"{use.Where.FullName} uses {use.What}", Is.Empty, "Make it an operation of IBackend.");

    // The definitions would define nothing if the fast backend stood behind them.
    [Test]
    public void TheReferenceUsesNothingOfTheFastBackend() => Assert.That(
        from type in typeof(Layer<>).Assembly.GetTypes()
        where type.Namespace == "RefNet.Backends.Reference"
        from used in TypesIn(type)
        where used.Namespace?.StartsWith("RefNet.Backends.Simd", StringComparison.Ordinal) == true
        select $"{type.FullName} uses {used.FullName}", Is.Empty);

    [Test]
    public void EveryFolderOfTheEngineIsARoom() => Assert.That(typeof(Layer<>).Assembly.GetTypes().Select(RoomOf).OfType<string>().Distinct(), Is.EquivalentTo(Rooms));

    private sealed record Use(string From, string To, Type Where, string What);

    private static IEnumerable<Use> Uses() =>
        from type in typeof(Layer<>).Assembly.GetTypes()
        let room = RoomOf(type)
        where room is not null
        from used in TypesIn(type)
        let usedRoom = RoomOf(used)
        where usedRoom is not null && usedRoom != room
        select new Use(room, usedRoom, type, used.FullName ?? used.Name);

    // The folder below RefNet; null for the few types that stand beside the folders, and for what the compiler adds.
    private static string? RoomOf(Type type) =>
        type.Assembly == typeof(Layer<>).Assembly && type.Namespace is { } name && name.StartsWith($"{Engine}.", StringComparison.Ordinal) ? name.Split('.')[1] : null;

    // What a type derives from, holds, takes, gives and names in its code; types inside a generic type or an array count, too.
    private static IEnumerable<Type> TypesIn(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        MethodBase[] methods = [.. type.GetMethods(All), .. type.GetConstructors(All)];
        IEnumerable<Type?> named =
        [
            type.BaseType, .. type.GetInterfaces(), .. type.GetFields(All).Select(field => field.FieldType),
            .. methods.SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType), .. methods.OfType<MethodInfo>().Select(method => method.ReturnType),
            .. methods.SelectMany(InCode),
        ];
        return named.OfType<Type>().SelectMany(Parts).Distinct();
    }

    private static IEnumerable<Type> Parts(Type type) => type switch
    {
        { IsGenericParameter: true } => [],
        { HasElementType: true } => Parts(type.GetElementType()!),
        { IsGenericType: true, IsGenericTypeDefinition: false } => [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)],
        _ => [type],
    };

    // Every operand of a method's code that names a type, a field or a method.
    private static IEnumerable<Type?> InCode(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
            yield break;
        foreach (LocalVariableInfo local in body.LocalVariables)
            yield return local.LocalType;

        byte[] code = body.GetILAsByteArray()!;
        Type[] ofType = method.DeclaringType!.GetGenericArguments(), ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : [];
        for (int i = 0; i < code.Length;)
        {
            OpCode operation = OpCodesByValue[code[i] == 0xFE ? (ushort)(0xFE00 | code[i + 1]) : code[i]];
            i += operation.Size;
            switch (operation.OperandType)
            {
                case OperandType.InlineType or OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok:
                    MemberInfo member = method.Module.ResolveMember(BitConverter.ToInt32(code, i), ofType, ofMethod)!;
                    yield return member as Type ?? member.DeclaringType;
                    foreach (Type argument in member is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericArguments() : [])
                        yield return argument;
                    break;
                case OperandType.InlineSwitch:
                    i += 4 * BitConverter.ToInt32(code, i);
                    break;
            }

            i += SizeOf(operation.OperandType);
        }
    }

    private static int SizeOf(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
