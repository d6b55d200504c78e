using RefNet.Layers;
using RefNet.Optimizers;
using RefNet.Optimizers.Schedules;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>Single steps of optimisers, and learning rates over time. LECTURES X5, X6, X7, X28, X30, Y28.</summary>
internal static class OptimizerSteps
{
    private const double NoDelta = 1e-300;

    public static IEnumerable<Replay> All { get; } =
    [
        new("X5", "S1", "the sign of the step of AdaGrad and RMSProp",
            "The step is + epsilon g / (delta + sqrt r), and it is added.",
            "The minus is missing: a step along the gradient goes uphill. Adam, on the same slide, has it.", Signs),
        new("X6", "S0", "the root in AdaGrad, RMSProp and Adam",
            "The gradient is divided by the sum, or the running average, of its squares.",
            "It is divided by its square root, plus a small delta. Only then are steps independent of the unit of the loss: ten times the loss gives ten times the gradient and a hundred times the squares. The sign of the root may have been lost in our copy of the slide.",
            Roots),
        new("X7", "S0", "Adam's second decay rate and its first step",
            "The decay of the squares is written epsilon = 0.999, and the averages are used as they are.",
            "It is beta2. Both averages start at zero and are divided by 1 - beta^t, so the first step has the length of the learning rate. Without that correction it would be 0.1 / sqrt(0.001) = 3.16 times as long.",
            FirstStepOfAdam),
        new("X28", "S0-S3", "four ways to write momentum",
            "m = b m + g (S0); v = a v - e g (S1); D = b D + (1 - b)(-e g) (S2); v = r v + dx (S3).",
            "At a constant rate the first, second and fourth take the same path, and the third does with e / (1 - b). They diverge when the rate changes: S0 and S3 scale the whole velocity by the new rate, S1 and S2 keep what was accumulated at the old one.",
            FourMomenta, isRemark: true),
        new("X30", "S0,S2", "the gradient of the penalty",
            "The penalty is the sum of the squared weights, without 1/2.",
            "Then its gradient is 2 lambda W and not lambda W. Libraries differ: PyTorch's weight_decay adds weight_decay times W, so it is twice the lambda of the slides.",
            Penalty, isRemark: true),
        new("Y28", "S4", "two learning rates that fall",
            "lr0 exp(-k t), and half of the rate every 10 epochs.", compute: Schedules),
    ];

    private static void Signs(Notes notes)
    {
        // f(x) = x²/2 from x = 1: g = 1, so r = g² for AdaGrad and (1 - ρ) g² for RMSProp.
        const double Rate = 0.1, Rho = 0.96;
        foreach ((string name, double r, Func<Parameter<double>, Optimizer<double>> create) in new (string, double, Func<Parameter<double>, Optimizer<double>>)[]
        {
            ("AdaGrad", 1, theta => new AdaGrad<double>([theta], Rate, NoDelta)),
            ("RMSProp", 1 - Rho, theta => new RmsProp<double>([theta], Rate, Rho, NoDelta)),
        })
        {
            double printed = 1 + Rate / Math.Sqrt(r);
            double x = StepFrom1(create, gradient: 1);
            notes.Holds($"{name}: the printed step raises x^2/2 from 0.5 to {FormattableString.Invariant($"{printed * printed / 2:g4}")}", printed * printed / 2 > 0.5);
            notes.Wrong($"{name}: x after one step", printed, x, within: 1e-9);
            notes.Right($"{name}: x after one step", 1 - Rate / Math.Sqrt(r), x, within: 1e-12);
        }
    }

    private static void Roots(Notes notes)
    {
        const double Rate = 0.1;
        foreach ((string name, Func<Parameter<double>, Optimizer<double>> create) in new (string, Func<Parameter<double>, Optimizer<double>>)[]
        {
            ("AdaGrad", theta => new AdaGrad<double>([theta], Rate, NoDelta)),
            ("RMSProp", theta => new RmsProp<double>([theta], Rate, delta: NoDelta)),
            ("Adam", theta => new Adam<double>([theta], Rate, delta: NoDelta)),
        })
        {
            notes.Right($"{name}: step for ten times the loss", 1 - StepFrom1(create, gradient: 3), 1 - StepFrom1(create, gradient: 30), within: 1e-14);
        }

        static double Unrooted(double g) => Rate * g / (g * g);
        notes.Other("AdaGrad without the root: step for ten times the loss", Unrooted(3), Unrooted(30), within: 1e-3);
    }

    private static void FirstStepOfAdam(Notes notes)
    {
        const double Rate = 0.001;
        double step = 1 - StepFrom1(theta => new Adam<double>([theta], Rate, delta: NoDelta), gradient: 7);
        double uncorrected = Rate * (0.1 * 7) / Math.Sqrt(0.001 * 7 * 7);
        notes.Line(FormattableString.Invariant($"learning rate {Rate}, gradient 7"));
        notes.Right("first step over the learning rate", 1, step / Rate, within: 1e-9);
        notes.Wrong("first step over the learning rate", uncorrected / Rate, step / Rate, within: 1e-3);
        notes.Right("without the correction", Math.Sqrt(10), uncorrected / Rate, within: 1e-9);
    }

    private static void FourMomenta(Notes notes)
    {
        double[] constant = [.. Enumerable.Repeat(0.05, 20)];
        double[] falling = [.. Enumerable.Repeat(0.05, 10), .. Enumerable.Repeat(0.005, 10)];
        double s0 = RefNetsMomentum(constant);
        notes.Right("S1 at a constant rate, against RefNet", s0, Momenta(constant).S1, within: 1e-12);
        notes.Right("S2 with e / (1 - b)", s0, Momenta(constant).S2, within: 1e-12);
        notes.Right("S3", s0, Momenta(constant).S3, within: 1e-12);
        s0 = RefNetsMomentum(falling);
        notes.Right("S3 where the rate falls to a tenth after 10 of 20 steps", s0, Momenta(falling).S3, within: 1e-12);
        notes.Other("S1 where the rate falls", s0, Momenta(falling).S1, within: 1e-3);
        notes.Right("S2 where the rate falls, against S1", Momenta(falling).S1, Momenta(falling).S2, within: 1e-12);
    }

    private static void Penalty(Notes notes)
    {
        const double Lambda = 0.3, Rate = 0.1, W = 1.5, H = 1e-5;
        double slope = (Lambda * (W + H) * (W + H) - Lambda * (W - H) * (W - H)) / (2 * H);
        Parameter<double> weight = new("W", new Shape(1), isWeight: true);
        weight.Value[0] = W;
        new StochasticGradientDescent<double>([weight], Rate, weightDecay: Lambda).Step();
        double taken = (W - weight.Value[0]) / Rate;
        notes.Right("gradient of the penalty in RefNet's step, against finite differences", slope, taken, within: 1e-9);
        notes.Right("gradient of the penalty, 2 lambda W", 2 * Lambda * W, taken, within: 1e-12);
        notes.Other("gradient of the penalty, lambda W", Lambda * W, taken, within: 1e-9);
    }

    private static void Schedules(Notes notes)
    {
        ExponentialDecay exponential = new(0.5, 0.1);
        StepDecay halved = new(0.5, every: 10, factor: 0.5);
        foreach (int t in new[] { 0, 10, 25 })
        {
            notes.Right($"exponential, rate of epoch {t}", 0.5 * Math.Exp(-0.1 * t), exponential.RateOf(t), within: 1e-15);
            notes.Right($"halved, rate of epoch {t}", 0.5 / (t < 10 ? 1 : t < 20 ? 2 : 4), halved.RateOf(t), within: 1e-15);
        }
    }

    private static double StepFrom1(Func<Parameter<double>, Optimizer<double>> create, double gradient)
    {
        Parameter<double> theta = new("theta", new Shape(1), isWeight: true);
        theta.Value[0] = 1;
        theta.Gradient[0] = gradient;
        create(theta).Step();
        return theta.Value[0];
    }

    // f(x) = 2 x² from x = 1, b = 0.9.
    private static double RefNetsMomentum(double[] rates)
    {
        Parameter<double> x = new("x", new Shape(1), isWeight: true);
        x.Value[0] = 1;
        Momentum<double> momentum = new([x], rates[0], 0.9);
        foreach (double rate in rates)
        {
            momentum.LearningRate = rate;
            x.Gradient[0] = 4 * x.Value[0];
            momentum.Step();
        }

        return x.Value[0];
    }

    private static (double S1, double S2, double S3) Momenta(double[] rates)
    {
        const double B = 0.9;
        return (
            Path((v, g, e) => B * v - e * g, (v, _) => v),
            Path((v, g, e) => B * v + (1 - B) * -(e / (1 - B) * g), (v, _) => v),
            Path((v, g, _) => B * v + g, (v, e) => -e * v));

        double Path(Func<double, double, double, double> velocity, Func<double, double, double> move)
        {
            double x = 1, v = 0;
            foreach (double e in rates)
            {
                v = velocity(v, 4 * x, e);
                x += move(v, e);
            }

            return x;
        }
    }
}
