using NUnit.Framework;
using RefNet.Layers;
using RefNet.Tensors;
using RefNet.Tests.Generators;

namespace RefNet.Tests.Layers;

/// <summary>The laws of shapes, over every layer of the engine and generated configurations of it.</summary>
[TestFixture]
public sealed class LayerShapeTests
{
    // The name of the layer, or of the layer inside a block that cannot take the shape.
    private const string TeachingMessage = @"^[^:]+: expected .+; found .+\.$";

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void OutputShapeAgreesWithForward(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        LayerRun<double> run = LayerRun<double>.Of(instance, c.CreateInput<double>(), c.Mode);
        Assert.That(run.Y.Shape, Is.EqualTo(instance.OutputShape(c.Input).Batch(c.Batch)));
        Assert.That(run.DX.Shape, Is.EqualTo(c.Input.Batch(c.Batch)), "dX has the shape of x");
        for (int i = 0; i < run.Gradients.Length; i++)
            Assert.That(run.Gradients[i].Shape, Is.EqualTo(instance.Parameters[i].Shape));
    });

    // One extent more or less, one axis more or less: either the layer takes the shape, in OutputShape as in Forward, or
    // both say in the same words why not.
    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void AShapeThatDoesNotFitIsAnErrorThatNamesTheLayer(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        foreach (Shape shape in Neighbours(c.Input))
        {
            Layer<double> instance = c.Create<double>();
            Tensor<double> x = new(shape.Batch(c.Batch + 1)); // two samples: one alone has no variance
            if (Fits(instance, shape))
                Assert.That(instance.Forward(x, c.Mode).Shape, Is.EqualTo(instance.OutputShape(shape).Batch(c.Batch + 1)));
            else
                Assert.That(() => instance.Forward(x, c.Mode), Throws.TypeOf<ShapeException>().With.Message.Matches(TeachingMessage));
        }
    });

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void ATensorWithoutABatchAxisIsAnError(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        Assert.That(() => instance.Forward(new Tensor<double>(new Shape(c.Input.Count)), c.Mode),
            Throws.TypeOf<ShapeException>().With.Message.Matches(TeachingMessage));
    });

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void BackwardNeedsAForward(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        Shape output = instance.OutputShape(c.Input).Batch(c.Batch);
        Assert.That(() => instance.Backward(new Tensor<double>(output)), Throws.InvalidOperationException.With.Message.Contains("Forward"));
    });

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void AGradientOfAnotherShapeThanTheOutputIsAnError(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        Shape output = instance.Forward(c.CreateInput<double>(), c.Mode).Shape;
        Shape[] wrong = [output.Sample.Batch(c.Batch + 1), output.Batch(1), new Shape(output.Count + 1)];
        foreach (Shape shape in wrong)
            Assert.That(() => instance.Backward(new Tensor<double>(shape)), Throws.TypeOf<ShapeException>().With.Message.Matches(TeachingMessage));
        if (instance.Layers.Count == 0) // in a block it is a layer inside that complains
            Assert.That(() => instance.Backward(new Tensor<double>(wrong[0])), Throws.TypeOf<ShapeException>().With.Message.StartsWith($"{instance.Name}: "));
    });

    private static IEnumerable<Shape> Neighbours(Shape shape)
    {
        int[] extents = shape.ToArray();
        for (int axis = 0; axis < extents.Length; axis++)
        {
            foreach (int extent in new[] { extents[axis] - 1, extents[axis] + 1 }.Where(extent => extent > 0))
                yield return new Shape([.. extents[..axis], extent, .. extents[(axis + 1)..]]);
        }

        yield return new Shape([.. extents, 1]);
        if (extents.Length > 1)
            yield return new Shape(extents[1..]);
    }

    private static bool Fits(Layer<double> layer, Shape shape)
    {
        try
        {
            layer.OutputShape(shape);
            return true;
        }
        catch (ShapeException problem)
        {
            Assert.That(problem.Message, Does.Match(TeachingMessage));
            return false;
        }
    }
}
