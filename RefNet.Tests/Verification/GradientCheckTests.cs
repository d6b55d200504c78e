using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Verification;

namespace RefNet.Tests.Verification;

/// <summary>The gradient checker on functions whose gradients are known (LECTURES T13).</summary>
[TestFixture]
public sealed class GradientCheckTests
{
    private static readonly Shape FourNumbers = new(1, 4);

    [Test]
    public void TheReportListsEveryTensorWithItsWorstEntry()
    {
        GradientReport report = GradientCheck.Run(new Dense<double>(4, 2, Seeds.Create(1)), new Shape(4), Mode.Train);
        Assert.That(report.Passed, Is.True, report.ToString());
        Assert.That(report.Tensors.Select(tensor => (tensor.Name, tensor.Shape.ToString(), tensor.EntriesChecked)),
            Is.EqualTo(new[] { ("input", "3x4", 12), ("weight", "2x4", 8), ("bias", "2", 2) }));
        Assert.That(report.Tensors.Select(tensor => tensor.Worst!.Error), Is.All.LessThan(1e-9));
        Assert.That(report.ToString(), Does.Match(@"^Dense: input \(3x4\) ok: 12 entries, worst error .* at \[\d+\]: analytic .*, numeric "));
    }

    [Test]
    public void AWrongGradientSaysWhichTensorWhereAndHowWrong()
    {
        Saboteur mutant = new(new Dense<double>(4, 2, Seeds.Create(1)), (_, _, added) => added[0][1, 2] *= 1.01);
        GradientReport report = GradientCheck.Run(mutant, new Shape(4), Mode.Train);
        GradientEntry worst = report.Tensors[1].Worst!;
        Assert.That(report.Passed, Is.False);
        Assert.That(worst.Index, Is.EqualTo(6), "row 1, column 2 of 4");
        Assert.That(worst.Analytic / worst.Numeric, Is.EqualTo(1.01).Within(1e-6));
        Assert.That(worst.RelativeError, Is.EqualTo(0.01 / 1.01).Within(1e-6));
        Assert.That(report.ToString(), Does.Contain("Saboteur: weight (2x4) WRONG").And.Contain("1 of 8 entries are wrong"));
        Assert.That(report.EnsurePassed, Throws.TypeOf<GradientException>().With.Message.EqualTo(report.ToString()));
    }

    [TestCase(0, "Backward gives zero for every entry")]
    [TestCase(1.01, "Every entry is 1.01 times what it should be")]
    [TestCase(-1, "Every entry is -1 times what it should be")]
    [TestCase(double.NaN, "not finite")]
    public void TheReportNamesTheUsualMistakes(double factor, string diagnosis)
    {
        GradientReport report = GradientCheck.Run(new ElementwiseLayer(Math.Sin, x => factor * Math.Cos(x)), new Shape(4), Mode.Train);
        Assert.That(report.Passed, Is.False);
        Assert.That(report.ToString(), Does.Contain(diagnosis));
    }

    [Test]
    public void AKinkIsListedWithBothSlopes()
    {
        GradientReport report = CheckReLU([0, 1, -1, 2], x => x > 0 ? 1 : 0);
        GradientKink kink = report.Tensors[0].Kinks.Single();
        Assert.That(report.Passed, Is.True, report.ToString());
        Assert.That((kink.Index, kink.Analytic, kink.Left), Is.EqualTo((0, 0.0, 0.0)));
        Assert.That(kink.Right, Is.Not.Zero);
        Assert.That(report.ToString(), Does.Contain("3 entries").And.Match(@"1 at kinks, as \[0\]: analytic 0, slopes -?0 and"));
    }

    [TestCase(-0.5), TestCase(1.5)]
    public void AtAKinkASlopeOutsideTheTwoIsNotExcused(double slope) =>
        Assert.That(CheckReLU([0, 1, -1, 2], x => x == 0 ? slope : x > 0 ? 1 : 0).Passed, Is.False);

    [Test]
    public void ATensorThatLiesMostlyAtKinksProvesNothing()
    {
        GradientReport report = CheckReLU([0, 0, 0, 2], x => x > 0 ? 1 : 0);
        Assert.That(report.Passed, Is.False);
        Assert.That(report.ToString(), Does.Contain("choose another input"));
    }

    // Within the step of 1e-5 the central difference sees both slopes; a shorter one sees the right one alone.
    [TestCase(3e-6), TestCase(-3e-6), TestCase(2e-7)]
    public void NearAKinkAShorterStepDecides(double x)
    {
        GradientReport right = CheckReLU([x, 1, -1, 2], x => x > 0 ? 1 : 0);
        Assert.That(right.Passed, Is.True, right.ToString());
        Assert.That(right.Tensors[0].ShorterSteps, Is.EqualTo(new[] { 0 }));
        Assert.That(right.Tensors[0].EntriesChecked, Is.EqualTo(4));
        Assert.That(right.ToString(), Does.Contain("1 near kinks, compared with a shorter step"));

        GradientReport wrong = CheckReLU([x, 1, -1, 2], x => x is > -1e-5 and < 1e-5 ? 1.01 : x > 0 ? 1 : 0);
        Assert.That(wrong.Passed, Is.False, wrong.ToString());
    }

    // Its second derivative is 2e4, so that one-sided differences of first order differ by 0.2: no kink for all that.
    [Test]
    public void AStrongCurvatureIsNoKink()
    {
        GradientReport right = GradientCheck.Run(new ElementwiseLayer(x => 1e4 * x * x, x => 2e4 * x), new Tensor<double>(FourNumbers, [0, 1, -1, 2]), Mode.Train);
        GradientReport wrong = GradientCheck.Run(new ElementwiseLayer(x => 1e4 * x * x, x => 2e4 * x + 0.05), new Tensor<double>(FourNumbers, [0, 1, -1, 2]), Mode.Train);
        Assert.That(right.Passed, Is.True, right.ToString());
        Assert.That(wrong.Passed, Is.False);
        Assert.That(wrong.Tensors[0].Kinks, Is.Empty);
    }

    [Test]
    public void L7_ATieOfMaxPoolingIsAKink()
    {
        Tensor<double> x = new(new Shape(1, 1, 2, 4), [1, 1, 5, 6, 0, -1, 7, 8]);
        TensorReport input = GradientCheck.Run(new MaxPooling2D<double>(2), x, Mode.Train).Tensors[0];
        Assert.That(input.Kinks.Select(kink => kink.Index), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(input.Passed, Is.True);
    }

    [Test]
    public void SmallGradientsCannotHideBehindTheOneInTheTolerance()
    {
        GradientReport Check(double factor) => GradientCheck.Run(
            new ElementwiseLayer(x => 1e-4 * Math.Sin(x), x => factor * 1e-4 * Math.Cos(x)), new Shape(4), Mode.Train);
        Assert.That(Check(1).Passed, Is.True);
        Assert.That(Check(1.01).Passed, Is.False, "off by 1e-6, but that is 1 % of the gradient");
    }

    [Test]
    public void ALargeTensorIsSampledFromTheSeed()
    {
        Dense<double> layer = new(60, 50, Seeds.Create(1));
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 60), Seeds.Create(2));
        GradientReport report = GradientCheck.Run(layer, x, Mode.Train, seed: 3);
        Assert.That(report.Tensors.Select(tensor => tensor.EntriesChecked), Is.EqualTo(new[] { 60, GradientCheck.DefaultMaxEntries, 50 }));
        Assert.That(GradientCheck.Run(layer, x, Mode.Train, seed: 3).ToString(), Is.EqualTo(report.ToString()), "the same seed");
        Assert.That(GradientCheck.Run(layer, x, Mode.Train, seed: 3, maxEntries: 7).Tensors[0].EntriesChecked, Is.EqualTo(7));
    }

    [Test]
    public void AnEntryThatIsNotFiniteIsSeenEvenWhereTheSampleMissesIt()
    {
        Saboteur mutant = new(new Dense<double>(60, 50, Seeds.Create(1)), (_, _, added) => added[0][49, 59] = double.NaN);
        TensorReport weight = GradientCheck.Run(mutant, new Shape(60), Mode.Train, seed: 3).Tensors[1];
        Assert.That((weight.Passed, weight.Worst!.Index), Is.EqualTo((false, 2999)));
    }

    [Test]
    public void EverythingIsAsItWas()
    {
        Sequential<double> network = new(new Shape(3), new Dense<double>(3, 3, Seeds.Create(1)), new BatchNormalization<double>(3), new Dropout<double>(0.5, 1));
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(4, 3), Seeds.Create(2));
        network.Parameters[0].Gradient.Span.Fill(7);
        Tensor<double>[] State() => [x.Clone(), .. network.Parameters.SelectMany(p => new[] { p.Value.Clone(), p.Gradient.Clone() }), .. network.Buffers.Select(b => b.Value.Clone())];
        Tensor<double>[] before = State();
        Assert.That(GradientCheck.Run(network, x, Mode.Train).Passed, Is.True);
        foreach ((Tensor<double> expected, Tensor<double> actual) in before.Zip(State()))
            TensorAssert.AreIdentical(expected, actual, "state");
    }

    [Test]
    public void ALossIsCheckedAlone()
    {
        Tensor<double> y = LayerCase.RandomTensor<double>(new Shape(3, 4), Seeds.Create(1));
        Tensor<double> target = new(new Shape(3, 4), [1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
        GradientReport report = GradientCheck.Run(new SoftmaxCrossEntropy<double>(), y, target);
        Assert.That(report.Passed, Is.True, report.ToString());
        Assert.That(report.Name, Is.EqualTo("SoftmaxCrossEntropy"));
    }

    [Test]
    public void AWholeNetworkIsCheckedWithItsLoss()
    {
        Sequential<double> Network(Func<Layer<double>, Layer<double>> change) => new(new Shape(3),
            new Dense<double>(3, 5, Seeds.Create(1)) { Name = "F1" }, change(new Tanh<double>()), new Dense<double>(5, 2, Seeds.Create(2)) { Name = "F2" });
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3), Seeds.Create(3));
        Tensor<double> target = new(new Shape(2, 2), [1, 0, 0, 1]);

        GradientReport right = GradientCheck.Run(Network(layer => layer), new SoftmaxCrossEntropy<double>(), x, target);
        Assert.That(right.Passed, Is.True, right.ToString());
        Assert.That(right.ToString(), Does.StartWith("Sequential with SoftmaxCrossEntropy: input"));

        Layer<double> Spoil(Layer<double> layer) => new Saboteur(layer, (_, dX, _) => dX[0, 0] *= 1.01);
        GradientReport wrong = GradientCheck.Run(Network(Spoil), new SoftmaxCrossEntropy<double>(), x, target);
        Assert.That(wrong.Tensors.Where(tensor => !tensor.Passed).Select(tensor => tensor.Name), Is.EqualTo(new[] { "input", "F1.weight", "F1.bias" }),
            "all that lies before the spoilt layer");
    }

    // Truncation h² f'''/6 on the way down, rounding 1e-16/h on the way up.
    [Test]
    public void TheErrorAgainstTheStepIsAV()
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3), Seeds.Create(3));
        GradientConvergence v = GradientCheck.Converge(new Tanh<double>(), x, Mode.Train);
        double Error(int digits) => v.Points[digits - 1].Error;
        Assert.That(Error(1) / Error(2), Is.EqualTo(100).Within(5), "two digits for each digit of the step");
        Assert.That(Error(2) / Error(3), Is.EqualTo(100).Within(1));
        Assert.That(v.Best.Step, Is.InRange(0.9e-7, 1.1e-4));
        Assert.That(v.Best.Error, Is.LessThan(1e-9));
        Assert.That(Error(12), Is.GreaterThan(1e-6), "rounding");
        Assert.That(v.ToString(), Does.Match(@"h = 1e-5   error .*  #+").And.StartsWith("Tanh: error against step"));
    }

    [Test]
    public void AWholeNetworkWithItsLossHasItsVToo()
    {
        Sequential<double> Network(Func<Layer<double>, Layer<double>> change) => new(new Shape(3),
            new Dense<double>(3, 4, Seeds.Create(1)), new Tanh<double>(), change(new Dense<double>(4, 2, Seeds.Create(2))));
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3), Seeds.Create(3));
        Tensor<double> target = new(new Shape(2, 2), [1, 0, 0, 1]);
        GradientConvergence v = GradientCheck.Converge(Network(layer => layer), new SoftmaxCrossEntropy<double>(), x, target);
        Assert.That(v.Points[1].Error / v.Points[2].Error, Is.EqualTo(100).Within(2));
        Assert.That(v.Best.Error, Is.LessThan(1e-9));
        Assert.That(v.ToString(), Does.StartWith("Sequential with SoftmaxCrossEntropy: error against step"));

        Layer<double> Spoil(Layer<double> layer) => new Saboteur(layer, (_, dX, _) => dX[0, 0] *= 1.01);
        Assert.That(GradientCheck.Converge(Network(Spoil), new SoftmaxCrossEntropy<double>(), x, target).Best.Error, Is.GreaterThan(1e-5));
    }

    [Test]
    public void AWrongGradientIsAFloorThatNoStepGoesBelow()
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3), Seeds.Create(3));
        GradientConvergence floor = GradientCheck.Converge(new ElementwiseLayer(Math.Sin, y => 1.01 * Math.Cos(y)), x, Mode.Train);
        Assert.That(floor.Best.Error, Is.GreaterThan(1e-3));
    }

    private static GradientReport CheckReLU(double[] x, Func<double, double> slope) =>
        GradientCheck.Run(new ElementwiseLayer(v => Math.Max(0, v), slope), new Tensor<double>(FourNumbers, x), Mode.Train);
}
