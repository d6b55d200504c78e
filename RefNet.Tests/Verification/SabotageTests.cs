using NUnit.Framework;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using RefNet.Tests.Layers;
using RefNet.Tests.Losses;
using RefNet.Verification;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RefNet.Tests.Verification;

/// <summary>Wrong gradients, each a mistake that people make: the checker must reject every one (LECTURES T13).</summary>
[TestFixture]
public sealed class SabotageTests
{
    // Below this largest entry, 1 % of a gradient drowns in the rounding of the differences; see GradientEntry.Error.
    private const double SmallestGradient = 1e-5;

    // A check looks at every tensor, and a block has many: each case spoils so many of them, another seed others.
    private const int MostSpoilt = 3;

    private static readonly Shape Image = new(2, 2, 5, 4);

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void T13_OnePercentTooMuchInAnyOneGradientIsRejected(Type layer) => RejectedInEveryTensor(layer, gradient =>
        TensorPrimitives.Multiply(gradient, 1.01, gradient));

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void T13_OnePercentTooMuchInASingleEntryIsRejected(Type layer) => RejectedInEveryTensor(layer, gradient =>
        gradient[TensorPrimitives.IndexOfMaxMagnitude<double>(gradient)] *= 1.01);

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void T13_AGradientOfZeroIsRejected(Type layer) => RejectedInEveryTensor(layer, gradient => gradient.Clear());

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void T13_AnEntryThatIsNeverWrittenIsRejected(Type layer) => RejectedInEveryTensor(layer, gradient => gradient[^1] = double.NaN);

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void T13_AGradientThatIsOverwrittenInsteadOfAddedToIsRejected(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        foreach (int i in Some(c.Create<double>().Parameters.Count, c.Seed))
        {
            Saboteur mutant = new(c.Create<double>(), (_, _, _) => { }) { Overwritten = i };
            GradientReport report = GradientCheck.Run(mutant, c.CreateInput<double>(), c.Mode, maxEntries: int.MaxValue);
            Assert.That(Wrong(report), Is.EqualTo(new[] { mutant.Parameters[i].Name }), report.ToString());
            Assert.That(report.ToString(), Does.Contain("overwrites"));
        }
    });

    [Test]
    public void L4_AConvolutionThatForgetsTheFlipInBackwardIsRejected()
    {
        ConvolutionGeometry flipped = new(new Window(3), new Window(2));
        Convolution2D<double> front = new(2, 3, flipped);
        Convolution2D<double> back = new(2, 3, flipped with { Flip = false });
        AssertRejected(new Chimera(front, back), Image, "input", "weight");
    }

    [Test]
    public void L13_AConvolutionThatForgetsItsDilationInBackwardIsRejected()
    {
        ConvolutionGeometry dilated = ConvolutionGeometry.Square(2, padding: 1, dilation: 2);
        ConvolutionGeometry shifted = new(new Window(2, 1, 0, 1), new Window(2, 1, 0, 1));
        Assert.That(dilated.Output(5, 4), Is.EqualTo(shifted.Output(5, 4)));
        AssertRejected(new Chimera(new Convolution2D<double>(2, 3, dilated), new Convolution2D<double>(2, 3, shifted)),
            Image, "input", "weight");
    }

    [Test]
    public void X4_BatchNormalizationThatTakesItsStatisticsForConstantsIsRejected()
    {
        BatchNormalization<double> back = new(2) { };
        AssertRejected(new Chimera(new BatchNormalization<double>(2), back, Mode.Evaluate), Image, "input", "gamma");
    }

    [Test]
    public void L11_BatchNormalizationWithoutTheMeanOfTheGradientIsRejected() => AssertRejected(
        new Saboteur(new BatchNormalization<double>(2), (dY, dX, _) => TensorPrimitives.Add(dX.Values, TensorPrimitives.Sum(dY.Values) / dY.Count, dX.Span)),
        Image, "input");

    [Test]
    public void L2_ADenseLayerThatForgetsToTransposeItsWeightsIsRejected()
    {
        Dense<double> square = new(3, 3);
        void Transpose(Tensor<double> dY, Tensor<double> dX, Tensor<double>[] added)
        {
            for (int n = 0; n < dX.Shape[0]; n++)
                for (int d = 0; d < 3; d++)
                    dX[n, d] = TensorPrimitives.Dot(dY.Sample(n), square.Parameters[0].Value.Sample(d));
        }

        AssertRejected(new Saboteur(square, Transpose), new Shape(4, 3), "input");
    }

    [Test]
    public void L2_ABiasGradientSummedAlongTheWrongAxisIsRejected()
    {
        void SumColumns(Tensor<double> dY, Tensor<double> dX, Tensor<double>[] added)
        {
            for (int c = 0; c < 3; c++)
                added[1][c] = TensorPrimitives.Sum(dY.Sample(c)); // over the units of a sample, not over the samples
        }

        AssertRejected(new Saboteur(new Dense<double>(4, 3), SumColumns), new Shape(3, 4), "bias");
    }

    [Test]
    public void L9_ASoftmaxWhoseSumRunsOverTheBatchIsRejected()
    {
        Softmax<double> softmax = new();
        void SumOverSamples(Tensor<double> dY, Tensor<double> dX, Tensor<double>[] added)
        {
            Tensor<double> y = softmax.Forward(LayerCase.RandomTensor<double>(dY.Shape, Seeds.Create(3)), Mode.Train);
            for (int c = 0; c < 3; c++)
            {
                double s = Enumerable.Range(0, 3).Sum(n => dY[n, c] * y[n, c]);
                for (int n = 0; n < 3; n++)
                    dX[n, c] = y[n, c] * (dY[n, c] - s);
            }
        }

        AssertRejected(new Saboteur(softmax, SumOverSamples), new Shape(3, 3), "input");
    }

    [Test]
    public void L8_AnAveragePoolingThatForgetsToDivideIsRejected() => AssertRejected(
        new Saboteur(new AveragePooling2D<double>(2), (_, dX, _) => TensorPrimitives.Multiply(dX.Values, 4, dX.Span)), new Shape(2, 2, 4, 6), "input");

    [Test]
    public void L7_AMaxPoolingThatSharesTheGradientIsRejected() => AssertRejected(
        new Chimera(new MaxPooling2D<double>(2), new AveragePooling2D<double>(2)), new Shape(2, 2, 4, 6), "input");

    [Test]
    public void L12_ADropoutWithAnotherMaskInBackwardIsRejected() => AssertRejected(
        new Chimera(new Dropout<double>(0.5, seed: 1), new Dropout<double>(0.5, seed: 2)), Image, "input");

    [Test]
    public void L12_ADropoutThatIsNotScaledInBackwardIsRejected() => AssertRejected(
        new Saboteur(new Dropout<double>(0.5, seed: 1), (_, dX, _) => TensorPrimitives.Multiply(dX.Values, 0.5, dX.Span)), Image, "input");

    [TestCaseSource(typeof(LossLawTests), nameof(LossLawTests.Losses))]
    public void T13_OnePercentTooMuchInALossAndAMissingMeanAreRejected(string name)
    {
        LossCase c = new(name, Batch: 3, Classes: 4, Pixels: 1) { Seed = 1 };
        foreach (double factor in new[] { 0, 1.01, c.Batch })
        {
            GradientReport report = GradientCheck.Run(new SpoiltLoss(c.Create<double>(), factor), c.CreateOutputs<double>(), c.CreateTarget<double>());
            Assert.That(report.Passed, Is.False, $"{factor} times the gradient{Environment.NewLine}{report}");
        }
    }

    [Test]
    public void ALayerThatKeepsTheFirstInputForEverIsRejected() => AssertRejected(new KeepsTheFirstInput(), new Shape(1, 1), "input");

    [Test]
    public void ASlopeAtTheFirstInputIsRejected()
    {
        double? first = null;
        AssertRejected(new ElementwiseLayer(x => x * x * (first ??= x) / first.Value, _ => 2 * first!.Value), new Shape(1, 1), "input");
    }

    [Test]
    public void ASlopeAtTheInputBeforeIsRejected()
    {
        double current = 0, previous = 0;
        double Remember(double x)
        {
            (previous, current) = (current, x);
            return x * x;
        }

        AssertRejected(new ElementwiseLayer(Remember, _ => 2 * previous), new Shape(1, 1), "input");
    }

    // The tensor is wrong, and no other is blamed for it. Tensors without a gradient to spoil (a ReLU of negative numbers)
    // are passed over, but each layer must have shown one.
    private static void RejectedInEveryTensor(Type layer, Action<Span<double>> spoil)
    {
        int rejected = 0;
        Properties.ForAll(EngineLayers.Cases(layer), drawn =>
        {
            LayerCase c = drawn with { AtKinks = false }; // where a wrong value may lie between the two slopes
            foreach (int place in Some(1 + c.Create<double>().Parameters.Count, c.Seed))
            {
                int tensor = place - 1; // the input stands before the parameters
                bool spoilt = false;
                Saboteur mutant = new(c.Create<double>(), (_, dX, added) =>
                {
                    Span<double> gradient = tensor < 0 ? dX.Span : added[tensor].Span;
                    spoilt = Math.Abs(TensorPrimitives.MaxMagnitude<double>(gradient)) > SmallestGradient;
                    spoil(gradient);
                });
                GradientReport report = GradientCheck.Run(mutant, c.CreateInput<double>(), c.Mode, maxEntries: int.MaxValue);
                if (!spoilt)
                    continue;
                string name = tensor < 0 ? "input" : mutant.Parameters[tensor].Name;
                Assert.That(Wrong(report), Is.EqualTo(new[] { name }), $"only {name} is wrong in{Environment.NewLine}{report}");
                rejected++;
            }
        });
        Assert.That(rejected, Is.AtLeast(Properties.Cases / 2), "too few configurations have a gradient to spoil");
    }

    // Places among so many: all of them, or some in a row.
    private static IEnumerable<int> Some(int count, int seed) =>
        Enumerable.Range((int)((uint)seed % Math.Max(1, (uint)count)), Math.Min(count, MostSpoilt)).Select(place => place % count);

    private static IEnumerable<string> Wrong(GradientReport report) => report.Tensors.Where(tensor => !tensor.Passed).Select(tensor => tensor.Name);

    private sealed class KeepsTheFirstInput : Layer<double>
    {
        private Tensor<double>? first;

        public override Shape OutputShape(Shape input) => input;

        protected override void Forward(Tensor<double> x, Tensor<double> y, Mode mode)
        {
            first ??= x;
            TensorPrimitives.Multiply(x.Values, x.Values, y.Span);
        }

        protected override void Backward(Tensor<double> x, Tensor<double> y, Tensor<double> dY, Tensor<double>? dX)
        {
            for (int i = 0; i < dX?.Count; i++)
                dX.Span[i] = 2 * first!.Values[i] * dY.Values[i];
        }
    }

    private sealed class SpoiltLoss(Loss<double> loss, double factor) : Loss<double>
    {
        public override double Forward(Tensor<double> y, Tensor<double> target) => loss.Forward(y, target);

        public override Tensor<double> Backward()
        {
            Tensor<double> dY = loss.Backward();
            TensorPrimitives.Multiply(dY.Values, factor, dY.Span);
            return dY;
        }
    }

    private static void AssertRejected(Layer<double> mutant, Shape batch, params string[] wrong)
    {
        GradientReport report = GradientCheck.Run(mutant, LayerCase.RandomTensor<double>(batch, Seeds.Create(2)), Mode.Train);
        Assert.That(Wrong(report), Is.EqualTo(wrong), report.ToString());
    }
}
