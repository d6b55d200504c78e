using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>Gradients with respect to the input. LECTURES X27, Y23.</summary>
internal static class InputGradients
{
    // The example of the post linked on the slide: a linear classifier of ten inputs.
    private static readonly double[] X = [2, -1, 3, -2, 2, 2, 1, -4, 5, 1];
    private static readonly double[] W = [-1, -1, 1, -1, 1, -1, 1, 1, -1, 1];

    public static IEnumerable<Replay> All { get; } =
    [
        new("X27", "S3", "the one in a saliency map",
            "The activations of a layer are set to zero except for a 1.0 at the neuron, and then one backpropagates.",
            "It is the gradient at that layer that is set so. Activations keep the values of the image: the backward pass needs them. The result is the derivative of that neuron's value with respect to every pixel.",
            OneHotGradient),
        new("Y23", "S3", "fooling a linear classifier",
            "Adding a small multiple of the weights to an input, x + a w, changes the decision.", compute: Fooling),
    ];

    private static void OneHotGradient(Notes notes)
    {
        const int Neuron = 2;
        const double H = 1e-5;
        Random random = Seeds.Create(27);
        Network<double> network = new(new Shape(1, 5, 5), seed: 27,
            new Convolution2D<double>(1, 3, kernel: 3), new Tanh<double>(), new Flatten<double>(), new Dense<double>(27, 4));
        Tensor<double> x = Draw.Normal(random, 1, 1, 5, 5);
        network.Forward(x, Mode.Evaluate);
        double[] saliency = network.Backward(Draw.OneHot(4, Neuron)).Values.ToArray();

        double largest = 0;
        for (int i = 0; i < x.Count; i++)
        {
            double slope = (Score(i, H) - Score(i, -H)) / (2 * H);
            largest = Math.Max(largest, Math.Abs(slope - saliency[i]));
        }

        notes.Right("largest difference to finite differences over 25 pixels, gradient set to one-hot", 0, largest, within: 1e-8);

        // The slide's instruction, at the layer before the last: its activations become one-hot, and the gradient is the usual one.
        Layer<double> last = network.Layers[^1];
        double[] score = last.Forward(Draw.OneHot(27, Neuron), Mode.Evaluate).Values.ToArray();
        notes.Other("score of the neuron with the activations set to one-hot", network.Forward(x, Mode.Evaluate)[0, Neuron], score[Neuron], within: 1e-3);

        double Score(int pixel, double h)
        {
            Tensor<double> moved = x.Clone();
            moved.Span[pixel] += h;
            return network.Forward(moved, Mode.Evaluate)[0, Neuron];
        }
    }

    private static void Fooling(Notes notes)
    {
        const double A = 0.5;
        Dense<double> classifier = new(10, 1);
        classifier.Parameters[0].Value.CopyFrom(W);
        Sigmoid<double> sigmoid = new();
        double before = Score(X);
        double after = Score([.. X.Zip(W, (x, w) => x + A * w)]);
        notes.Right("score in the linked post", -3, before);
        notes.Right("score after adding w / 2", 2, after);
        notes.Right("rise of the score, a times the squared length of w", A * W.Sum(w => w * w), after - before, within: 1e-14);
        notes.Right("probability before", 0.047, Probability(before), within: 0.0005);
        notes.Right("probability after", 0.881, Probability(after), within: 0.0005);

        double Score(double[] x) => classifier.Forward(new Tensor<double>(new Shape(1, 10), x), Mode.Evaluate)[0];
        double Probability(double score) => sigmoid.Forward(new Tensor<double>(new Shape(1, 1), [score]), Mode.Evaluate)[0];
    }
}
