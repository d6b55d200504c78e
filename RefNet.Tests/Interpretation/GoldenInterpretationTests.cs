using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Interpretation;
using RefNet.Layers;
using RefNet.Tensors;
using RefNet.Tests.Golden;

namespace RefNet.Tests.Interpretation;

/// <summary>Against PyTorch in float64: autograd, and hooks on its ReLUs. The arrays are a file; no Python is needed.</summary>
[TestFixture]
public sealed class GoldenInterpretationTests
{
    public static IReadOnlyList<GoldenCase> Cases => GoldenFile.Cases("Interpretation");

    [Test]
    public void V4_V5_V6_V8_PyTorchSeesTheSame([Values(0, 1, 2)] int which)
    {
        GoldenCase golden = Cases[which];
        ClassScores<double> scores = Network(golden).Scores();
        Tensor<double> x = golden.Arrays["x"];
        int c = golden.Int("class");
        AssertClose("scores", scores.Of(x));
        AssertClose("gradient", Saliency.Of(scores, x, c));
        AssertClose("guided", GuidedBackpropagation.Of(scores, x, c));
        AssertClose("deconvnet", Deconvnet.Of(scores, x, c));
        GradCam<double> cam = GradCam<double>.Of(scores, x, c, "4");
        AssertClose("gradCamSum", cam.Sum);
        Assert.That(cam.Map.Values.ToArray(), Is.EqualTo(golden.Arrays["gradCam"].Values.ToArray()).Within(1e-14));
        AssertClose("integrated", IntegratedGradients.Of(scores, x, c, golden.Arrays["baseline"], golden.Int("steps")));

        // Relative to the largest element.
        void AssertClose(string name, Tensor<double> found)
        {
            double[] expected = golden.Arrays[name].Values.ToArray();
            double largest = expected.Max(Math.Abs);
            Assert.That(largest, Is.Positive, name);
            Assert.That(found.Values.ToArray().Zip(expected, (a, b) => Math.Abs(a - b)).Max() / largest, Is.LessThan(1e-10), name);
        }
    }

    private static Network<double> Network(GoldenCase golden)
    {
        Convolution2D<double> Filters(int inputs, int outputs, Window window, string name) =>
            new(inputs, outputs, new ConvolutionGeometry(window, window) { Flip = false }) { Name = name };
        Network<double> network = new(golden.Arrays["x"].Shape.Sample, seed: 1,
            Filters(2, 3, new Window(3, 1, 1, 1), "0"), new ReLU<double> { Name = "1" }, new MaxPooling2D<double>(2) { Name = "2" },
            Filters(3, 7, new Window(3), "3"), new ReLU<double> { Name = "4" }, new Flatten<double> { Name = "5" }, new Dense<double>(42, 3) { Name = "6" });
        foreach ((string path, Parameter<double> parameter) in network.NamedParameters())
            parameter.Value.CopyFrom(golden.Arrays[path].Values);
        return network;
    }
}
