using NUnit.Framework;
using RefNet.Models;
using RefNet.Randomness;

namespace RefNet.Tests.Verification;

/// <summary>Every network of RefNet.Models, checked whole, with its loss, in a training step (LECTURES T13).</summary>
[TestFixture]
public sealed class ModelGradientTests
{
    public static IEnumerable<string> Models => EngineCases.Models.Keys;

    // Members of a family have the same layers; 'gradcheck all' checks each.
    public static IEnumerable<string> Families => Architectures.All.Where(architecture => architecture.IsContinuous).DistinctBy(architecture => architecture.GetType()).Select(architecture => architecture.Name);

    [TestCaseSource(nameof(Families))]
    public void T13_TheGradientsOfAWholeNetworkAgreeWithFiniteDifferences(string model) =>
        EngineCases.Models[model](Seeds.Create(1)).Check().EnsurePassed();

    [Test]
    public void EveryArchitectureHasCases()
    {
        IEnumerable<string> types = typeof(Architecture).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Architecture)) && !type.IsAbstract).Select(type => type.Name);
        Assert.That(Architectures.All.Select(architecture => architecture.GetType().Name).Distinct(), Is.EquivalentTo(types), $"Add a line to {nameof(Architectures)}.{nameof(Architectures.All)}.");
        Assert.That(Models, Is.EqualTo(Architectures.All.Where(architecture => architecture.IsContinuous).Select(architecture => architecture.Name)));
    }
}
