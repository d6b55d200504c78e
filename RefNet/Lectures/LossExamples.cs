using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Verification;

namespace RefNet.Lectures;

/// <summary>Worked examples of losses. LECTURES X8, X42, Y10, Y27.</summary>
internal static class LossExamples
{
    public static IEnumerable<Replay> All { get; } =
    [
        new("X8", "S2", "the hinge loss written out",
            "The sum of max(0, s_j - s_y + 1) is written out with W_j x + W_y x + 1.",
            "The score of the right class is subtracted: W_j x - W_y x + 1. In the gradient of the weights, the row of each class that violates the margin gets +x, and the row of the right class -x for every one of them. Where a lead is exactly 1 there is a kink.",
            Hinge),
        new("X42", "S1", "cross-entropy of a label",
            "-y log(yhat) stands for the sum over the classes of -p log(phat).",
            "That holds for a p that is 1 at the class y. The logarithm is best computed from the logits directly, as log-sum-exp: the loss stays finite for logits of 1000, where phat is rounded to 0. Its gradient is phat - p.",
            CrossEntropy, isRemark: true),
        new("Y10", "S4", "the weather forecast",
            "From 73.8, 75.8 and 78.2 degrees a small network forecasts -10.4, and 80.8 is observed: an error of 91.2, squared.", compute: Weather),
        new("Y27", "S3", "the loss with auxiliary heads",
            "total_loss = real_loss + 0.3 aux_loss_1 + 0.3 aux_loss_2.", compute: Heads),
    ];

    private static void Hinge(Notes notes)
    {
        Random random = Seeds.Create(8);
        Dense<double> linear = new(4, 5, useBias: false);
        linear.Initialize(seed: 8);
        MulticlassHinge<double> hinge = new();
        Tensor<double> x = Draw.Normal(random, 1, 4);
        Tensor<double> target = Draw.OneHot(5, 2);
        Tensor<double> scores = linear.Forward(x, Mode.Train);
        double loss = hinge.Forward(scores, target);
        linear.Backward(hinge.Backward());

        int[] others = [0, 1, 3, 4];
        notes.Wrong("loss, with the right score added", others.Sum(j => Math.Max(0, scores[0, j] + scores[0, 2] + 1)), loss, within: 1e-3);
        notes.Right("loss, with the right score subtracted", others.Sum(j => Math.Max(0, scores[0, j] - scores[0, 2] + 1)), loss, within: 1e-14);
        bool[] close = [.. Enumerable.Range(0, 5).Select(j => j != 2 && scores[0, j] - scores[0, 2] + 1 > 0)];
        int count = close.Count(violates => violates);
        notes.Line($"classes that violate the margin: {count} of 4");
        notes.Holds("there is at least one", count > 0);
        for (int j = 0; j < 5; j++)
        {
            double times = j == 2 ? -count : close[j] ? 1 : 0;
            double[] row = linear.Parameters[0].Gradient.Sample(j).ToArray();
            notes.Holds(FormattableString.Invariant($"row {j} of the gradient is {times} x"), row.Zip(x.Values.ToArray(), (d, xi) => Math.Abs(d - times * xi)).Max() < 1e-14);
        }

        Network<double> network = new(new Shape(4), seed: 8, new Dense<double>(4, 5));
        GradientReport report = GradientCheck.Run(network, hinge, Draw.Normal(random, 3, 4), Draw.OneHot(5, 0, 4, 1));
        notes.Holds("gradients agree with finite differences", report.Passed);
    }

    private static void CrossEntropy(Notes notes)
    {
        SoftmaxCrossEntropy<double> loss = new();
        Tensor<double> target = Draw.OneHot(10, 3);
        notes.Right("loss of ten equal logits, ln 10", Math.Log(10), loss.Forward(new Tensor<double>(new Shape(1, 10)), target), within: 1e-14);
        double[] gradient = loss.Backward().Values.ToArray();
        notes.Right("its gradient, phat - p", Enumerable.Range(0, 10).Select(c => Math.Round(c == 3 ? 0.1 - 1 : 0.1, 12)).ToArray(), gradient.Select(d => Math.Round(d, 12)).ToArray());
        Tensor<double> far = new(new Shape(1, 2), [1000, 0]);
        Tensor<double> second = Draw.OneHot(2, 1);
        double rounded = new Softmax<double>().Forward(far, Mode.Evaluate)[0, 1];
        notes.Right("phat of the second class for logits 1000 and 0, rounded", 0, rounded);
        notes.Other("loss, from log-sum-exp; from the logarithm of that phat it would be infinite", -Math.Log(rounded), loss.Forward(far, second));
        notes.Right("loss, from log-sum-exp", 1000, loss.Forward(far, second));
    }

    private static void Weather(Notes notes)
    {
        double error = new MeanSquaredError<double>().Forward(new Tensor<double>(new Shape(1, 1), [-10.4]), new Tensor<double>(new Shape(1, 1), [80.8]));
        notes.Slide("squared error", 91.2 * 91.2, error, within: 1e-10);
        notes.Right("squared error", 8317.44, error, within: 1e-10);
        notes.Right("parameters of a network 3-4-4-1", 41L, NetworkNumbers.ParametersOf(new Sequential<float>(
            new Dense<float>(3, 4), new Sigmoid<float>(), new Dense<float>(4, 4), new Sigmoid<float>(), new Dense<float>(4, 1))));
    }

    private static void Heads(Notes notes)
    {
        const double H = 1e-5;
        double[] weights = [1, 0.3, 0.3];
        Random random = Seeds.Create(27);
        Tensor<double>[] logits = [Draw.Normal(random, 2, 4), Draw.Normal(random, 2, 4), Draw.Normal(random, 2, 4)];
        Tensor<double> target = Draw.OneHot(4, 1, 3);
        SoftmaxCrossEntropy<double> loss = new();
        double[] losses = [.. logits.Select(y => loss.Forward(y, target))];
        double Total() => logits.Zip(weights, (y, w) => w * loss.Forward(y, target)).Sum();
        notes.Line(FormattableString.Invariant($"losses of the three heads: {losses[0]:f4}, {losses[1]:f4}, {losses[2]:f4}"));
        notes.Right("total loss, the weighted sum", losses[0] + 0.3 * losses[1] + 0.3 * losses[2], Total(), within: 1e-14);
        for (int head = 0; head < 3; head++)
        {
            loss.Forward(logits[head], target);
            double claimed = weights[head] * loss.Backward()[0, 2];
            double at = logits[head][0, 2];
            logits[head][0, 2] = at + H;
            double above = Total();
            logits[head][0, 2] = at - H;
            double below = Total();
            logits[head][0, 2] = at;
            notes.Right($"slope at a logit of head {head}, against finite differences", (above - below) / (2 * H), claimed, within: 1e-9);
        }
    }
}
