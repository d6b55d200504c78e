using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Verification;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RefNet.Tests.Verification;

/// <summary>The gradient checker on functions whose gradients are known (LECTURES T13).</summary>
[TestFixture]
public sealed class GradientCheckTests
{
    private static readonly Shape FourNumbers = new(1, 4);

    [Test]
    public void TheReportListsEveryTensorWithItsWorstEntry()
    {
        GradientReport report = GradientCheck.Run(new Dense<double>(4, 2), new Shape(4), Mode.Train);
        Assert.That(report.Passed, Is.True, report.ToString());
        Assert.That(report.Tensors.Select(tensor => (tensor.Name, tensor.Shape.ToString(), tensor.EntriesChecked)),
            Is.EqualTo(new[] { ("input", "3x4", 12), ("weight", "2x4", 8), ("bias", "2", 2) }));
        Assert.That(report.Tensors.Select(tensor => tensor.Worst!.Error), Is.All.LessThan(1e-9));
        Assert.That(report.ToString(), Does.Match(@"^Dense: input \(3x4\) ok: 12 entries, worst error .* at \[\d+\]: analytic .*, numeric "));
    }

    [Test]
    public void AWrongGradientSaysWhichTensorWhereAndHowWrong()
    {
        Saboteur mutant = new(new Dense<double>(4, 2), (_, _, added) => added[0][1, 2] *= 1.01);
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
        Assert.That(report.ToString(), Does.Contain("3 entries").And.Match(@"1 at kinks, such as \[0\]: analytic 0, slopes -?0 and"));
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
        Assert.That(report.LiesAtKinks, Is.True);
        Assert.That(CheckReLU([0, 0, 0, 2], x => x > 1 ? 1.1 : x > 0 ? 1 : 0).LiesAtKinks, Is.False, "the last entry is wrong");
    }

    // Slopes of 0, 1 and 6 meet within the step of 1e-5, at 0 and at 3e-7.
    [TestCase(0, true), TestCase(1, true), TestCase(-0.5, false), TestCase(3.5, false)]
    public void AKinkBesideAnotherIsToldByTheShorterSteps(double slope, bool passes)
    {
        GradientReport report = GradientCheck.Run(
            new ElementwiseLayer(x => Math.Max(0, x) + 5 * Math.Max(0, x - 3e-7), x => x == 0 ? slope : x > 0 ? 6 : 0),
            new Tensor<double>(FourNumbers, [0, 1, -1, 2]), Mode.Train);
        Assert.That(report.Passed, Is.EqualTo(passes), report.ToString());
        Assert.That(report.Tensors[0].Kinks.Count, Is.EqualTo(passes ? 1 : 0));
    }

    // Within the step of 1e-5 the central difference sees both slopes; a shorter one sees the right one alone.
    [TestCase(3e-6), TestCase(-3e-6), TestCase(2e-7), TestCase(3e-9)]
    public void NearAKinkAShorterStepDecides(double x)
    {
        GradientReport right = CheckReLU([x, 1, -1, 2], x => x > 0 ? 1 : 0);
        Assert.That(right.Passed, Is.True, right.ToString());
        Assert.That(right.Tensors[0].ShorterSteps, Is.EqualTo(new[] { 0 }));
        Assert.That(right.Tensors[0].EntriesChecked, Is.EqualTo(4));
        Assert.That(right.ToString(), Does.Contain("1 compared with a shorter step, near kinks or sharp bends"));

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
        Dense<double> layer = new(60, 50);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 60), Seeds.Create(2));
        GradientReport report = GradientCheck.Run(layer, x, Mode.Train, seed: 3);
        Assert.That(report.Tensors.Select(tensor => tensor.EntriesChecked), Is.EqualTo(new[] { 60, GradientCheck.DefaultMaxEntries, 50 }));
        Assert.That(GradientCheck.Run(layer, x, Mode.Train, seed: 3).ToString(), Is.EqualTo(report.ToString()), "the same seed");
        Assert.That(GradientCheck.Run(layer, x, Mode.Train, seed: 3, maxEntries: 7).Tensors[0].EntriesChecked, Is.EqualTo(7));
    }

    [Test]
    public void AnEntryThatIsNotFiniteIsSeenEvenWhereTheSampleMissesIt()
    {
        Saboteur mutant = new(new Dense<double>(60, 50), (_, _, added) => added[0][49, 59] = double.NaN);
        TensorReport weight = GradientCheck.Run(mutant, new Shape(60), Mode.Train, seed: 3).Tensors[1];
        Assert.That((weight.Passed, weight.Worst!.Index), Is.EqualTo((false, 2999)));
    }

    [Test]
    public void EverythingIsAsItWas()
    {
        Network<double> network = new(new Shape(3), seed: 1, new Dense<double>(3, 3), new BatchNormalization<double>(3), new Dropout<double>(0.5, 1));
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(4, 3), Seeds.Create(2));
        network.Parameters[0].Gradient.Span.Fill(7);
        Tensor<double>[] State() => [x.Clone(), .. network.Parameters.SelectMany(p => new[] { p.Value.Clone(), p.Gradient.Clone() }), .. network.Buffers.Select(b => b.Value.Clone())];
        Tensor<double>[] before = State();
        Assert.That(GradientCheck.Run(network, x, Mode.Train).Passed, Is.True);
        foreach ((Tensor<double> expected, Tensor<double> actual) in before.Zip(State()))
            TensorAssert.AreIdentical(expected, actual, "state");
    }

    [Test]
    public void AFrozenLayerHasNoGradientToCheckAndStaysFrozen()
    {
        Network<double> network = new(new Shape(3), seed: 1, new Dense<double>(3, 4) { Name = "F1" }, new BatchNormalization<double>(4) { Name = "B" }, new Dense<double>(4, 2) { Name = "F2" });
        network["F1"].IsFrozen = true;
        GradientReport report = GradientCheck.Run(network, new Shape(3), Mode.Train);
        Assert.That(report.Passed, Is.True, $"{report}");
        Assert.That(report.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "input", "B.gamma", "B.beta", "F2.weight", "F2.bias" }));
        Assert.That(network.Layers.Select(layer => layer.IsFrozen), Is.EqualTo(new[] { true, false, false }));
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
        Network<double> Network(Func<Layer<double>, Layer<double>> change) => new(new Shape(3), seed: 1,
            new Dense<double>(3, 5) { Name = "F1" }, change(new Tanh<double>()), new Dense<double>(5, 2) { Name = "F2" });
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3), Seeds.Create(3));
        Tensor<double> target = new(new Shape(2, 2), [1, 0, 0, 1]);

        GradientReport right = GradientCheck.Run(Network(layer => layer), new SoftmaxCrossEntropy<double>(), x, target);
        Assert.That(right.Passed, Is.True, right.ToString());
        Assert.That(right.ToString(), Does.StartWith("Network with SoftmaxCrossEntropy: input"));

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
        Network<double> Network(Func<Layer<double>, Layer<double>> change) => new(new Shape(3), seed: 1,
            new Dense<double>(3, 4), new Tanh<double>(), change(new Dense<double>(4, 2)));
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3), Seeds.Create(3));
        Tensor<double> target = new(new Shape(2, 2), [1, 0, 0, 1]);
        GradientConvergence v = GradientCheck.Converge(Network(layer => layer), new SoftmaxCrossEntropy<double>(), x, target);
        Assert.That(v.Points[1].Error / v.Points[2].Error, Is.EqualTo(100).Within(2));
        Assert.That(v.Best.Error, Is.LessThan(1e-9));
        Assert.That(v.ToString(), Does.StartWith("Network with SoftmaxCrossEntropy: error against step"));

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

    [Test]
    public void TheReportShowsTheOrderOfTheError()
    {
        Tensor<double> x = new(new Shape(1, 3), [-0.7, 0.2, 1.1]);
        TensorReport right = GradientCheck.Run(new Tanh<double>(), x, Mode.Train).Tensors[0];
        Assert.That(right.Convergence!.Order, Is.EqualTo(2).Within(0.02), $"{right.Convergence}");
        Assert.That(right.ToString(), Does.Contain("; order 2.0"));

        TensorReport exact = GradientCheck.Run(new ElementwiseLayer(v => v * v, v => 2 * v), x, Mode.Train).Tensors[0];
        Assert.That(exact.ToString(), Does.Contain("; exact at every step"), "x² has no third derivative");

        TensorReport wrong = GradientCheck.Run(new ElementwiseLayer(Math.Sin, v => 1.01 * Math.Cos(v)), x, Mode.Train).Tensors[0];
        Assert.That(wrong.Convergence!.Order, Is.Zero.Within(0.02), $"{wrong.Convergence}");
        Assert.That(wrong.ToString(), Does.Match("; order 0.0: no step brings the error below 0.00"));
    }

    // The rounding of float, 6e-8, over h = 1e-5.
    [Test]
    public void ArithmeticInFloatIsTold()
    {
        GradientReport report = GradientCheck.Run(new ElementwiseLayer(x => 1 / (1 + MathF.Exp(-(float)x)), Slope), new Shape(4), Mode.Train);
        Assert.That(report.Passed, Is.False);
        Assert.That(report.Tensors[0].Kinks, Is.Empty);
        Assert.That(report.ToString(), Does.Match("Forward is right to about [678] digits only").And.Not.Contain("entries are wrong"));

        static double Slope(double x) => 1 / (1 + Math.Exp(-x)) * (1 - 1 / (1 + Math.Exp(-x)));
    }

    [TestCase(256), TestCase(1e4), TestCase(1e6)]
    public void LargeInputsPassWhereTheLayerIsRight(double scale)
    {
        Tensor<double> x = new(new Shape(3, 20));
        Random random = new(3);
        foreach (ref double value in x.Span)
            value = Math.Floor(random.NextDouble() * scale);
        Layer<double>[] right = [new ElementwiseLayer(v => v * v, v => 2 * v), new Dense<double>(20, 5), new BatchNormalization<double>(20), new Softplus<double>()];
        foreach (Layer<double> layer in right)
            Assert.That(GradientCheck.Run(layer, x, Mode.Train).Passed, Is.True, $"{GradientCheck.Run(layer, x, Mode.Train)}");
        Assert.That(GradientCheck.Run(new ElementwiseLayer(v => v * v, v => 2.0001 * v), x, Mode.Train).Passed, Is.False);
    }

    // Numbers near 10⁴ that differ by about 1: the layer bends over a distance of 1, a ten-thousandth of |θ|. Near 10⁷ rounding,
    // 1e-16 x 1e7, hides the slope at every step that is short enough, and that is what the report says.
    [Test]
    public void AShorterStepSuitsAnOffset()
    {
        GradientReport Check(double offset, double factor)
        {
            Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(4, 3), Seeds.Create(1));
            TensorPrimitives.Add(x.Values, offset, x.Span);
            return GradientCheck.Run(new Saboteur(new BatchNormalization<double>(3, epsilon: 0.1), (_, dX, _) => TensorPrimitives.Multiply(dX.Values, factor, dX.Span)), x, Mode.Train);
        }

        Assert.That(Check(1e4, 1).Passed, Is.True, $"{Check(1e4, 1)}");
        Assert.That($"{Check(1e4, 1.01)}", Does.Contain("Every entry is 1.01 times").Or.Contain("entries are wrong"));
        Assert.That($"{Check(1e7, 1)}", Does.Match("Forward is right to about (8|9|10) digits only").And.Not.Contain("entries are wrong"));
    }

    [Test]
    public void AFunctionThatIsNotFiniteIsNotBlamedOnBackward()
    {
        ElementwiseLayer log = new(Math.Log, x => 1 / x);
        Assert.That(GradientCheck.Run(log, new Tensor<double>(FourNumbers, [0.5, 1, 2, 3]), Mode.Train).Passed, Is.True);
        string report = $"{GradientCheck.Run(log, new Tensor<double>(FourNumbers, [0.5, -1, 2, 3]), Mode.Train)}";
        Assert.That(report, Does.Contain("the function is not finite at this input: Forward gives NaN at [1]").And.Not.Contain("Backward"));
        Assert.That($"{GradientCheck.Run(log, new Tensor<double>(FourNumbers, [1e-6, 1, 2, 3]), Mode.Train)}", Does.Contain("ok").Or.Contain("not finite a step away from [0]"));
    }

    [Test]
    public void AnInputThatIsNotFiniteIsTold()
    {
        string report = $"{GradientCheck.Run(new Dense<double>(4, 2), new Tensor<double>(FourNumbers, [1, double.NaN, 2, 3]), Mode.Train)}";
        Assert.That(report, Does.Contain("the input is not finite: NaN at [1]").And.Not.Contain("Backward"));
    }

    [Test]
    public void ZeroAgainstZeroProvesNothing()
    {
        GradientReport report = GradientCheck.Run(new ElementwiseLayer(_ => 0, _ => 0), new Shape(4), Mode.Train);
        Assert.That((report.Passed, report.ProvesNothing), Is.EqualTo((false, true)));
        Assert.That($"{report}", Does.Contain("nothing was checked"));
        Assert.That(GradientCheck.Run(new ElementwiseLayer(_ => 0, _ => 1e-3), new Shape(4), Mode.Train).ProvesNothing, Is.False, "that is wrong");
        Assert.That(CheckReLU([-1, -2, -3, 4], x => x > 0 ? 1 : 0).Passed, Is.True, "one number is enough");
    }

    private static GradientReport CheckReLU(double[] x, Func<double, double> slope) =>
        GradientCheck.Run(new ElementwiseLayer(v => Math.Max(0, v), slope), new Tensor<double>(FourNumbers, x), Mode.Train);
}
