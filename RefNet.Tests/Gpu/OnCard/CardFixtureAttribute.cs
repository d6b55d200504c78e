using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace RefNet.Tests.Gpu.OnCard;

/// <summary>
/// A fixture whose tests need a card. Where there is none they are not made, and <see cref="CardTests"/> says so in one line, in
/// place of a line for each.
/// </summary>
/// <param name="arguments">The arguments of the fixture.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class CardFixtureAttribute(params object[] arguments) : NUnitAttribute, IFixtureBuilder2
{
    private static int leftOut;

    /// <summary>The number of tests that were not made.</summary>
    internal static int LeftOut => leftOut;

    public IEnumerable<TestSuite> BuildFrom(ITypeInfo typeInfo) => BuildFrom(typeInfo, new Everything());

    public IEnumerable<TestSuite> BuildFrom(ITypeInfo typeInfo, IPreFilter filter)
    {
        TestSuite[] fixtures = [.. new TestFixtureAttribute(arguments).BuildFrom(typeInfo, filter)];
        if (Card.IsExpected)
            return fixtures;
        leftOut += fixtures.Sum(fixture => fixture.TestCaseCount);
        return [new TestFixture(typeInfo)];
    }

    private sealed class Everything : IPreFilter
    {
        public bool IsMatch(Type type) => true;

        public bool IsMatch(Type type, System.Reflection.MethodInfo method) => true;
    }
}

/// <summary>Says what is not tested where there is no card.</summary>
[TestFixture]
public sealed class CardTests
{
    [Test]
    public void TestsThatNeedACardAreRun()
    {
        if (!Card.IsExpected)
            Assert.Ignore($"{CardFixtureAttribute.LeftOut} tests need an NVIDIA card and are left out. {Card.Problem}");
    }
}
