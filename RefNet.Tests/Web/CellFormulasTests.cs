using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data.Preparation;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Web.Cells;
using RefNet.Web.Served;

namespace RefNet.Tests.Web;

/// <summary>What the page writes out of a cell is what the tensor holds: for every kind of layer in the catalogue.</summary>
[TestFixture]
public sealed class CellFormulasTests
{
    // What is no sum of products of its input; the page shows slopes and the source.
    private static readonly Type[] notWritten = [typeof(PReLU<float>)];

    // Layers whose every cell is looked at: in the middle and at each border, with every option.
    private static readonly TestCaseData[] layers =
    [
        new TestCaseData(new LocalResponseNormalization<float>(size: 5, alpha: 2, k: 1), new Shape(7, 2, 3)).SetArgDisplayNames("responses"),
        new TestCaseData(new LocalResponseNormalization<float>(size: 4, alpha: 0.5, beta: 0.5, averages: false), new Shape(6)).SetArgDisplayNames("responses of a vector"),
        new TestCaseData(new ContrastNormalization<float>(3, size: 3, deviation: 0.8), new Shape(3, 5, 4)).SetArgDisplayNames("contrast across maps"),
        new TestCaseData(new ContrastNormalization<float>(2, size: 9, acrossMaps: false), new Shape(2, 6, 11)).SetArgDisplayNames("contrast within maps"),
        new TestCaseData(Prepared(new Shape(2, 3, 2), scales: false, mixes: false), new Shape(2, 3, 2)).SetArgDisplayNames("a centred image"),
        new TestCaseData(Prepared(new Shape(2, 3, 2), scales: true, mixes: false), new Shape(2, 3, 2)).SetArgDisplayNames("a standardized image"),
        new TestCaseData(Prepared(new Shape(2, 3, 2), scales: false, mixes: true), new Shape(2, 3, 2)).SetArgDisplayNames("a whitened image"),
        new TestCaseData(new FourierFeatures<float>(3, frequencies: 4, sigma: 1), new Shape(3)).SetArgDisplayNames("Fourier features"),
    ];

    [TestCaseSource(nameof(layers))]
    public void EveryCellOfALayerIsTheNumberInTheTensor(Layer<float> layer, Shape input)
    {
        Network<float> network = new(input, seed: 1, layer);
        RunOnNoise(network, Seeds.Create(4));
        Tensor<float> y = layer.Output!;
        for (int i = 0; i < y.Count; i++)
        {
            int plane = Cell.RowsOf(y) * Cell.ColumnsOf(y);
            Cell cell = new(layer, i / plane, i % plane / Cell.ColumnsOf(y), i % Cell.ColumnsOf(y));
            CellSum sum = CellFormulas.Explain(cell);
            // At most 100 roundings one after the other, each of 2⁻²⁴ beside numbers of about 10 at most: 6e-5.
            Assert.That(sum.Total, Is.EqualTo(y.Values[i]).Within(6e-5), $"{cell}: {sum.Formula}");
            Assert.That(sum.Lines[^1], Is.EqualTo($"= {Numbers.Of(sum.Total)}"), "the last line is the number");
            Assert.That(sum.Formula, Does.Not.StartWith("y is not a sum"));
            Assert.That(sum.Groups.All(group => group.Weights is not null && Math.Abs(group.Inputs.Zip(group.Weights, (x, w) => (double)x * w).Sum() - group.Sum) < 1e-12), Is.True, "products are what is added");
        }
    }

    // x = 3, 4 in two channels: s = 25, and k + a s = 1 + 2 · 25 = 51; the image without contrast: 0 / 0 counts as 0.
    [Test]
    public void L10_ResponsesAndContrastByHand()
    {
        LocalResponseNormalization<float> responses = new(size: 3, alpha: 6, beta: 1, k: 1);
        responses.Forward(new Tensor<float>(new Shape(1, 2), [3, 4]), Mode.Evaluate);
        CellSum sum = CellFormulas.Explain(new Cell(responses, 1, 0, 0));
        Assert.That(sum.Total, Is.EqualTo(4.0 / 51));
        Assert.That(sum.Groups.Select(group => group.Sum), Is.EqualTo(new double[] { 9, 16 }));
        Assert.That(sum.Lines[0], Is.EqualTo("s = 9 + 16 = 25"));

        ContrastNormalization<float> contrast = new(1, size: 3);
        contrast.Forward(new Tensor<float>(new Shape(1, 1, 3, 3)), Mode.Evaluate);
        CellSum none = CellFormulas.Explain(new Cell(contrast, 0, 1, 1));
        Assert.That(none.Total, Is.Zero);
        Assert.That(none.Lines[^2], Does.Contain("no contrast"));
    }

    private static IEnumerable<string> Models => Architectures.All.Select(architecture => architecture.Name);

    [TestCaseSource(nameof(Models))]
    public void TheSumIsTheNumberInTheTensor(string model)
    {
        Random random = Seeds.Create(3, 1);
        Network<float> network = Architectures.Find(model).CreateNarrow<float>(seed: 1);
        RunOnNoise(network, random);
        foreach (LayerPlace place in LayerPlace.Of(network))
        {
            for (int trial = 0; trial < 3; trial++)
            {
                Tensor<float> y = place.Layer.Output!;
                Cell cell = new(place.Layer, random.Next(y.Shape[1]), random.Next(Cell.RowsOf(y)), random.Next(Cell.ColumnsOf(y)));
                CellSum sum = CellFormulas.Explain(cell);
                // Float sums of up to a thousand terms of about 1, in another order.
                Assert.That(sum.Total, Is.EqualTo(cell.Value).Within(2e-5 * Math.Max(1, Math.Abs(cell.Value))), $"{model}, {place.Path} ({place.Type}), map {cell.Map}, row {cell.Row}, column {cell.Column}: {sum.Formula}");
                if (!notWritten.Contains(place.Layer.GetType()))
                    Assert.That(sum.Formula, Does.Not.StartWith("y is not a sum"), $"{place.Type} is not written out");
                Assert.That(sum.Groups.All(group => group.Inputs.Length == group.Rows.Length * group.Columns.Length && (group.Weights ?? group.Inputs).Length == group.Inputs.Length), Is.True, "a number for each place");
            }
        }
    }

    // By hand: a kernel of 2x2, flipped, on an image of 2x2: 1 4 + 2 3 + 3 2 + 4 1 = 20, and the bias.
    [Test]
    public void Y1_TheFlipIsInTheSum()
    {
        Convolution2D<float> layer = new(1, 1, kernel: 2);
        layer.Parameters[0].Value.CopyFrom([1, 2, 3, 4]);
        layer.Parameters[1].Value.CopyFrom([0.5f]);
        layer.Forward(new Tensor<float>(new Shape(1, 1, 2, 2), [1, 2, 3, 4]), Mode.Evaluate);
        CellSum sum = CellFormulas.Explain(new Cell(layer, 0, 0, 0));
        Assert.That(sum.IsFlipped, Is.True);
        Assert.That(sum.Groups[0].Inputs, Is.EqualTo(new[] { 4f, 3, 2, 1 }), "W(0,0) lies on the last x under the window");
        Assert.That(sum.Total, Is.EqualTo(20.5));
    }

    [Test]
    public void PaddingIsReadAsZeros()
    {
        Convolution2D<float> layer = new(1, 1, kernel: 3, padding: 1);
        layer.Forward(new Tensor<float>(new Shape(1, 1, 2, 2), [1, 2, 3, 4]), Mode.Evaluate);
        CellGroup group = CellFormulas.Explain(new Cell(layer, 0, 0, 0)).Groups[0];
        Assert.That(group.Rows, Is.EqualTo(new[] { 1, 0, -1 }));
        Assert.That(group.Inputs, Is.EqualTo(new[] { 4f, 3, 0, 2, 1, 0, 0, 0, 0 }));
    }

    [Test]
    public void ACellOutsideIsAMistake()
    {
        Dense<float> layer = new(2, 3);
        layer.Forward(new Tensor<float>(new Shape(1, 2)), Mode.Evaluate);
        Assert.That(() => CellFormulas.Explain(new Cell(layer, 3, 0, 0)), Throws.TypeOf<InputException>().With.Message.Contains("Expected a cell of an output of 3"));
    }

    private static PreparedInput<float> Prepared(Shape image, bool scales, bool mixes) => (PreparedInput<float>)new PreparedInputCase(image[0], image[1], image[2], scales, mixes).Create<float>();

    private static void RunOnNoise(Network<float> network, Random random)
    {
        Tensor<float> x = new(network.InputShape.Batch(1));
        foreach (ref float value in x.Span)
            value = random.NextSingle() - 0.5f;
        network.Forward(x, Mode.Evaluate);
    }
}
