using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Training;

namespace RefNet.Tests.Verification;

/// <summary>Every network of RefNet.Models, checked whole, with its loss, in a training step (LECTURES T13).</summary>
[TestFixture]
public sealed class ModelGradientTests
{
    public static IEnumerable<string> Models => EngineCases.Models.Keys;

    [TestCaseSource(nameof(Models))]
    public void T13_TheGradientsOfAWholeNetworkAgreeWithFiniteDifferences(string model) =>
        EngineCases.Models[model](Seeds.Create(1)).Check().EnsurePassed();

    [Test]
    public void EveryModelHasCases()
    {
        IEnumerable<string> types = typeof(Layer<>).Assembly.GetTypes()
            .Where(type => type.Namespace == "RefNet.Models" && type.GetMethod("Create")?.ReturnType.Name == typeof(Sequential<>).Name)
            .Select(type => type.Name);
        string whatToDo = $"Say in {nameof(EngineCases)}.{nameof(EngineCases.Models)} with which loss the model is trained.";
        Assert.That(EngineCases.Models.Values.Select(draw => draw(Seeds.Create(1)).Type), Is.EquivalentTo(types), whatToDo);
        Assert.That(EngineCases.Models.Keys, Is.EquivalentTo(Recipe.All.Select(recipe => recipe.Model)), "The console calls them the same.");
    }
}
