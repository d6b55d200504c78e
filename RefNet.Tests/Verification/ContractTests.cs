using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Verification;

namespace RefNet.Tests.Verification;

/// <summary>Layers that break a promise, each in one place: the check must name the layer, the tensor and the promise.</summary>
[TestFixture]
public sealed class ContractTests
{
    private static readonly Random OwnRandom = new(7);

    private static readonly (string Name, Func<PlantedFault> Make, string Says)[] Faults =
    [
        ("Forward writes into x", () => new() { InForward = (_, x, _, _) => x.Span[1] = 5 }, @"Forward changed x at \[1\]: \S+ became 5"),
        ("Forward changes a parameter", () => new() { InForward = (layer, _, _, _) => layer.A.Value[0] += 1 }, @"Forward changed a at \[0\]: 2 became 3"),
        ("Forward changes a gradient", () => new() { InForward = (layer, _, _, _) => layer.A.Gradient[0] = 1 }, @"Forward changed the gradient of a at \[0\]: 0 became 1"),
        ("Forward changes a buffer in Evaluate", () => new() { InForward = (layer, _, _, mode) => layer.Count.Value[0] += mode == Mode.Evaluate ? 1 : 0 },
            @"Forward changed the buffer count at \[0\]: 0 became 1.*Mode\.Evaluate"),
        ("Forward draws its own random numbers", () => new() { InForward = (_, _, y, _) => y.Span[2] *= OwnRandom.NextDouble() }, @"Forward gives different results .* y\[2\] is"),
        ("Forward keeps a state that no buffer holds", () => Stateful(), "Forward gives different results .* keeps hidden state"),
        ("Forward leaves an element of y", () => new() { UnwrittenY = 1 }, @"Forward does not write all of y: y\[1\], of shape 3x4"),
        ("Forward adds to y", () => new() { AddsToY = true }, "Forward does not write all of y"),
        ("Backward scales dY in place", () => new() { InBackward = (_, dY, _) => dY.Span[0] /= 2 }, @"Backward changed dY at \[0\]"),
        ("Backward writes into x", () => new() { InBackward = (layer, _, _) => layer.Input!.Span[0] = 9 }, @"Backward changed x at \[0\]: \S+ became 9"),
        ("Backward writes into y", () => new() { InBackward = (layer, _, _) => layer.Output!.Span[3] = 9 }, @"Backward changed y at \[3\]: \S+ became 9"),
        ("Backward changes a parameter", () => new() { InBackward = (layer, _, _) => layer.A.Value[0] = 1 }, @"Backward changed a at \[0\]: 2 became 1"),
        ("Backward changes a buffer", () => new() { InBackward = (layer, _, _) => layer.Count.Value[0] = 7 }, @"Backward changed the buffer count at \[0\]: 1 became 7"),
        ("Backward overwrites a gradient", () => new() { OverwritesGradient = true }, "a .*WRONG.*Backward overwrites the gradient: it must add to it"),
        ("Backward leaves an element of dX", () => new() { UnwrittenDX = 2 }, @"Backward does not write all of dX, of shape 3x4, .*dX at \[2\]"),
        ("Backward adds to dX", () => new() { AddsToDX = true }, "Backward does not write all of dX, of shape 3x4, or uses its previous contents"),
        ("Backward gives less where dX is null", () => new() { InBackward = (layer, _, dX) => layer.A.Gradient[0] += dX is null ? 1 : 0 },
            "Backward gives different gradients where dX is null.*the gradient of a"),
        ("Backward needs dX", () => new() { InBackward = (_, _, dX) => dX!.Span[0] += 0 }, "Backward, from dY of shape 3x4 to dX that is null, since nobody wants it, failed: NullReferenceException"),
        ("Backward works once", () => OnlyOnce(), "Backward gives a different result when called a second time"),
        ("Backward adds up its calls", () => CountsCalls(), "Backward gives different results for the same x and dY: dX"),
        ("Backward sees an earlier Forward", () => SeesAnEarlierForward(), "Backward depends on a Forward before the last one.*dX"),
        ("A frozen layer goes on with its statistics", () => new() { InForward = (layer, x, _, mode) => layer.Count.Value[0] += mode == Mode.Train ? x.Values[0] : 0 },
            "Running statistics change although the layer is frozen.*the buffer count"),
        ("A frozen layer changes its parameter", () => new() { InBackward = (layer, _, _) => layer.A.Value[0] -= layer.IsFrozen ? 1 : 0 }, "The frozen layer changed a"),
        ("Samples are not alone", () => new() { ClaimsToTreatSamplesAlone = true, InForward = (_, x, y, _) => y.Span[0] += x.Values[^1] },
            @"TreatsSamplesAlone is true, but y of sample 0 depends on the other samples: y\[0\]"),
        ("Samples are not alone in Evaluate", () => new() { ClaimsToTreatSamplesAlone = true, InForward = (_, x, y, mode) => y.Span[0] += mode == Mode.Evaluate ? x.Values[^1] : 0 },
            "TreatsSamplesAlone is true, but y of sample 0 .*Mode.Evaluate"),
        ("Prediction gives something else", () => PredictsSomethingElse(), @"Prediction differs from Forward in Evaluate: y at \[0\].*Mode\.Evaluate"),
        ("Backward reads x and says that it does not", () => new() { ClaimsToRead = BackwardReads.Output },
            @"Backward gives a different result in training, .*reads them \(Output\).*the gradient of a at \[0\]"),
        ("Backward reads y and says that it does not", () => new() { ClaimsToRead = BackwardReads.Input, ReadsY = true }, @".*reads them \(Input\).*the gradient of a at \[0\]: \S+ became NaN"),
        ("OutputShape changes its mind", () => ChangesItsMind(), "OutputShape gives the shape 4 for samples of 4, and 5 when called again"),
    ];

    public static IEnumerable<TestCaseData> TestCases => Faults.Select(fault => new TestCaseData(fault.Make, fault.Says).SetArgDisplayNames(fault.Name));

    // Those that the shape of the network alone excludes are left out.
    public static IEnumerable<TestCaseData> TestCasesInside => Faults.Where(fault => fault.Name is not ("OutputShape changes its mind" or "Backward overwrites a gradient"))
        .Select(fault => new TestCaseData(fault.Make, fault.Says).SetArgDisplayNames(fault.Name));

    [Test]
    public void TheLayerWithoutAFaultKeepsItsPromises()
    {
        foreach (Mode mode in Enum.GetValues<Mode>())
        {
            GradientReport report = GradientCheck.Run(new PlantedFault { ClaimsToTreatSamplesAlone = true, ClaimsToRead = BackwardReads.Input }, new Shape(4), mode);
            Assert.That(report.Passed, Is.True, $"{report}");
        }
    }

    [TestCaseSource(nameof(TestCases))]
    public void AFaultIsNamed(Delegate make, string says)
    {
        PlantedFault layer = ((Func<PlantedFault>)make)();
        GradientReport report = GradientCheck.Run(layer, new Shape(4), Mode.Train);
        Assert.That(report.Passed, Is.False);
        Assert.That($"{report}", Does.Match($"PlantedFault.*{says}"));
        Assert.That((layer.A.Value[0], layer.A.Gradient[0], layer.Count.Value[0], layer.IsFrozen), Is.EqualTo((2.0, 0.0, 0.0, false)), "everything is put back");
    }

    [TestCaseSource(nameof(TestCasesInside))]
    public void AFaultInsideANetworkIsNamedByItsPath(Delegate make, string says)
    {
        Network<double> network = new(new Shape(4), seed: 1, new Dense<double>(4, 4),
            new Sum<double>(new Sequential<double>(new Tanh<double>(), ((Func<PlantedFault>)make)()) { Name = "body" }, new Identity<double>()) { Name = "block" },
            new Dense<double>(4, 2));
        GradientReport report = GradientCheck.Run(network, new Shape(4), Mode.Train);
        Assert.That(report.Passed, Is.False);
        Assert.That($"{report}", Does.Match($@"block\.body\.PlantedFault2 WRONG: {says}"));
        Assert.That(report.Findings.Select(finding => finding.Place), Is.All.EqualTo("block.body.PlantedFault2"), "nobody else is blamed");
    }

    [Test]
    public void AnErrorOfALayerNamesItsPlaceAndTheShapes()
    {
        Network<double> Broken(PlantedFault layer) => new(new Shape(4), seed: 1, new Dense<double>(4, 4), new Sequential<double>(layer) { Name = "block" });
        Tensor<double> x = CheckInputsOf(4);
        Network<double> forward = Broken(new() { InForward = (_, _, _, _) => throw new IndexOutOfRangeException("out") });
        Assert.That(() => forward.Forward(x, Mode.Train), Throws.TypeOf<LayerException>().With.Message
            .EqualTo("block.PlantedFault1 (PlantedFault): Forward in Train, from x of shape 3x4 to y of shape 3x4, failed: IndexOutOfRangeException: out"));
        Assert.That(() => forward.Predict(x), Throws.TypeOf<LayerException>().With.InnerException.TypeOf<IndexOutOfRangeException>());
        Assert.That(() => GradientCheck.Run(forward, x, Mode.Train), Throws.TypeOf<LayerException>().With.Message.Contains("block.PlantedFault1"));

        Network<double> backward = Broken(new() { InBackward = (_, _, _) => throw new NullReferenceException() });
        Tensor<double> y = backward.Forward(x, Mode.Train);
        Assert.That(() => backward.Backward(y), Throws.TypeOf<LayerException>().With.Message.StartsWith("block.PlantedFault1 (PlantedFault): Backward, from dY of shape 3x4"));

        Assert.That(() => Broken(new() { Claims = input => new Shape(input[1]) }), Throws.TypeOf<LayerException>().With.Message
            .StartsWith("block.PlantedFault1 (PlantedFault): OutputShape of samples of shape 4 failed: IndexOutOfRangeException"));
    }

    // y has the shape that OutputShape says, and Forward finds too little room.
    [Test]
    public void AShapeThatForwardCannotFillIsAnErrorWithBothShapes() =>
        Assert.That(() => GradientCheck.Run(new PlantedFault { Claims = _ => new Shape(2) }, new Shape(4), Mode.Train),
            Throws.TypeOf<LayerException>().With.Message.Contains("from x of shape 3x4 to y of shape 3x2, failed: IndexOutOfRangeException"));

    [Test]
    public void ParametersThatAreMadeAnewAreNamed() =>
        Assert.That($"{GradientCheck.Run(new NewParameters(), new Shape(4), Mode.Train)}", Does.Contain("Parameters gives new objects at each call"));

    [Test]
    public void ALossKeepsItsPromisesToo()
    {
        Tensor<double> y = CheckInputsOf(4), target = new(new Shape(3, 4));
        string Report(Action<Tensor<double>, Tensor<double>> inForward, Action<Tensor<double>>? inBackward = null) =>
            $"{GradientCheck.Run(new FaultyLoss(inForward, inBackward ?? (_ => { })), y, target)}";
        Assert.That(Report((_, _) => { }), Does.Contain(" ok"));
        Assert.That(Report((given, _) => given.Span[0] = 1), Does.Contain("FaultyLoss WRONG: Forward changed y at [0]"));
        Assert.That(Report((_, wanted) => wanted.Span[1] = 1), Does.Contain("Forward changed the target at [1]: 0 became 1"));
        target.Span.Clear();
        Assert.That(Report((_, _) => { }, dY => dY.Span[0] *= 2), Does.Contain("Backward gives a different result when called a second time: dY at [0]"));
    }

    private static Tensor<double> CheckInputsOf(int inputs) => LayerCase.RandomTensor<double>(new Shape(3, inputs), Seeds.Create(1));

    private static PlantedFault Stateful()
    {
        double mean = 0;
        return new()
        {
            InForward = (_, x, y, _) =>
            {
                y.Span[0] -= mean;
                mean += 0.1 * x.Values[0];
            },
        };
    }

    // Each Forward gives it one Backward.
    private static PlantedFault OnlyOnce()
    {
        bool isUsed = false;
        return new()
        {
            InForward = (_, _, _, _) => isUsed = false,
            InBackward = (_, _, dX) =>
            {
                if (isUsed)
                    dX?.Span.Clear();
                isUsed = true;
            },
        };
    }

    private static PlantedFault CountsCalls()
    {
        int calls = 0;
        return new()
        {
            InBackward = (_, _, dX) =>
            {
                calls++;
                if (dX is not null)
                    dX.Span[0] += calls;
            },
        };
    }

    private static PlantedFault SeesAnEarlierForward()
    {
        double last = 0, before = 0;
        return new()
        {
            InForward = (_, x, _, _) => (before, last) = (last, x.Values[0]),
            InBackward = (_, _, dX) =>
            {
                if (dX is not null)
                    dX.Span[0] += before;
            },
        };
    }

    // It knows the memory that training gives it, and prediction has other memory.
    private static PlantedFault PredictsSomethingElse()
    {
        Tensor<double>? ofTraining = null;
        return new()
        {
            InForward = (_, _, y, mode) =>
            {
                if (mode == Mode.Train)
                    ofTraining = y;
                else if (y != ofTraining)
                    y.Span[0]++;
            },
        };
    }

    private static PlantedFault ChangesItsMind()
    {
        int asked = 0;
        return new() { Claims = _ => new Shape(4 + asked++) };
    }

    private sealed class NewParameters : Layer<double>
    {
        public override IReadOnlyList<Parameter<double>> Parameters => [new("a", new Shape(1), isWeight: true)];

        public override Shape OutputShape(Shape input) => input;

        protected override void Forward(Tensor<double> x, Tensor<double> y, Mode mode) => y.CopyFrom(x.Values);

        protected override void Backward(Tensor<double> x, Tensor<double> y, Tensor<double> dY, Tensor<double>? dX) => dX?.CopyFrom(dY.Values);
    }

    // The sum of the outputs.
    private sealed class FaultyLoss(Action<Tensor<double>, Tensor<double>> inForward, Action<Tensor<double>> inBackward) : Loss<double>
    {
        private Tensor<double>? dY;

        public override double Forward(Tensor<double> y, Tensor<double> target)
        {
            inForward(y, target);
            dY = new Tensor<double>(y.Shape);
            dY.Span.Fill(1);
            double sum = 0;
            foreach (double value in y.Values)
                sum += value;
            return sum;
        }

        public override Tensor<double> Backward()
        {
            inBackward(dY!);
            return dY!;
        }
    }
}
