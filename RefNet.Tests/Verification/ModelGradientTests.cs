using System.Reflection;
using MathNet.Numerics.Distributions;
using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using RefNet.Verification;

namespace RefNet.Tests.Verification;

/// <summary>Every network of RefNet.Models, checked whole, with its loss, in a training step (LECTURES T13).</summary>
[TestFixture]
public sealed class ModelGradientTests
{
    private const int EntriesPerTensor = 12;

    private static readonly Dictionary<string, Func<Loss<double>>> Losses = new()
    {
        ["LeNet5"] = () => new MaximumAPosteriori<double>(j: 1),
        ["LeNet5Modern"] = () => new SoftmaxCrossEntropy<double>(),
        ["MultilayerPerceptron"] = () => new SoftmaxCrossEntropy<double>(),
        ["Perceptron"] = () => new PerceptronCriterion<double>(),
    };

    public static IEnumerable<string> Models => typeof(Layer<>).Assembly.GetTypes()
        .Where(type => type.Namespace == "RefNet.Models" && type.GetMethod("Create")?.ReturnType.Name == typeof(Sequential<>).Name)
        .Select(type => type.Name).Order();

    [TestCaseSource(nameof(Models))]
    public void T13_TheGradientsOfAWholeNetworkAgreeWithFiniteDifferences(string model)
    {
        Assert.That(Losses.Keys, Does.Contain(model), $"Say in {nameof(ModelGradientTests)} with which loss {model} is trained.");
        MethodInfo create = typeof(Layer<>).Assembly.GetType($"RefNet.Models.{model}")!.GetMethod("Create")!.MakeGenericMethod(typeof(double));
        Sequential<double> network = (Sequential<double>)create.Invoke(null, [1])!;

        // Away from where weights and biases start: at zero all scores tie.
        Random random = Seeds.Create(2);
        foreach (Parameter<double> parameter in network.Parameters)
        {
            foreach (ref double value in parameter.Value.Span)
                value += Normal.Sample(random, 0, 0.01);
        }

        Tensor<double> x = LayerCase.RandomTensor<double>(network.Input.Batch(2), random);
        Tensor<double> target = new(network.OutputShape(network.Input).Batch(2));
        target[0, 3] = target[1, 7] = 1;
        GradientCheck.Run(network, Losses[model](), x, target, maxEntries: EntriesPerTensor).EnsurePassed();
    }
}
