using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>What an Inception module and GoogLeNet cost. LECTURES X1, X20, Y15.</summary>
internal static class InceptionNumbers
{
    private static readonly Shape Input = new(256, 28, 28);

    public static IEnumerable<Replay> All { get; } =
    [
        new("X1", "S3", "products of an Inception module with bottlenecks",
            "With 1x1 bottlenecks of 64 the module takes 358 million products, against 854 million without.",
            "The six convolutions sum to 271 million, 3.15 times fewer than 854 and not 2.4 times. 358 million comes out when the 3x3 convolution, 86.7 million, is counted twice.",
            Bottlenecks),
        new("X20", "S3", "dense layers and parameters of GoogLeNet",
            "GoogLeNet is said to have no fully connected layers and only 5 million parameters.",
            "It ends in a linear layer from 1024 averages to 1000 classes, 1,025,000 parameters, on top of 5,973,552 of convolutions: 7.0 million. The two auxiliary heads add 6.4 million more while it is trained.",
            GoogLeNet),
        new("Y15", "S3", "output and products of the plain Inception module",
            "On 28x28x256, with 128, 192 and 96 filters and pooling: 28x28x672 and 854 million products; with bottlenecks 28x28x480.", compute: Plain),
    ];

    private static NetworkSize PlainModule => new NetworkSize(Input).Concatenate(
        b => b.Convolution(128, 1), b => b.Convolution(192, 3, padding: 1), b => b.Convolution(96, 5, padding: 2), b => b.MaxPooling(3, 1, 1));

    private static NetworkSize Module(int c1, int c3Reduced, int c3, int c5Reduced, int c5, int pooled, NetworkSize from) => from.Concatenate(
        b => b.Convolution(c1, 1),
        b => b.Convolution(c3Reduced, 1).Convolution(c3, 3, padding: 1),
        b => b.Convolution(c5Reduced, 1).Convolution(c5, 5, padding: 2),
        b => b.MaxPooling(3, 1, 1).Convolution(pooled, 1));

    private static void Bottlenecks(Notes notes)
    {
        NetworkSize reduced = new NetworkSize(Input).Convolution(64, 1);
        (string What, long Products)[] parts =
        [
            ("1x1 to 64, in front of 3x3", reduced.MultiplyAccumulates),
            ("1x1 to 64, in front of 5x5", reduced.MultiplyAccumulates),
            ("1x1 to 64, behind the pooling", reduced.MultiplyAccumulates),
            ("1x1 to 128", new NetworkSize(Input).Convolution(128, 1).MultiplyAccumulates),
            ("3x3 to 192", new NetworkSize(reduced.Shape).Convolution(192, 3, padding: 1).MultiplyAccumulates),
            ("5x5 to 96", new NetworkSize(reduced.Shape).Convolution(96, 5, padding: 2).MultiplyAccumulates),
        ];
        foreach ((string what, long products) in parts)
            notes.Line(FormattableString.Invariant($"{what}: {products:N0}"));

        long sum = parts.Sum(part => part.Products);
        notes.Right("the module as a whole", sum, Module(128, 64, 192, 64, 96, 64, new NetworkSize(Input)).MultiplyAccumulates);
        notes.Wrong("products, in millions", 358, 1e-6 * sum, within: 0.5);
        notes.Right("products", 271_351_808L, sum);
        notes.Right("products with the 3x3 convolution counted twice", 358_055_936L, sum + parts[4].Products);
        notes.Right("times fewer than the plain module", 3.15, (double)PlainModule.MultiplyAccumulates / sum, within: 0.005);
    }

    private static void Plain(Notes notes)
    {
        notes.Slide("output", new Shape(672, 28, 28), PlainModule.Shape);
        notes.Slide("products, in millions", 854, 1e-6 * PlainModule.MultiplyAccumulates, within: 0.5);
        notes.Right("products", 854_196_224L, PlainModule.MultiplyAccumulates);
        notes.Slide("output with bottlenecks", new Shape(480, 28, 28), Module(128, 64, 192, 64, 96, 64, new NetworkSize(Input)).Shape);
    }

    // Szegedy et al. 2015, table 1; a head averages 5x5 at stride 3, then 1x1 to 128, 1024 units and 1000.
    private static void GoogLeNet(Notes notes)
    {
        NetworkSize size = new NetworkSize(new Shape(3, 224, 224))
            .Convolution(64, 7, 2, 3, rounding: Rounding.Floor).MaxPooling(3, 2, rounding: Rounding.Ceiling)
            .Convolution(64, 1).Convolution(192, 3, padding: 1).MaxPooling(3, 2, rounding: Rounding.Ceiling);
        size = Module(64, 96, 128, 16, 32, 32, size);
        size = Module(128, 128, 192, 32, 96, 64, size).MaxPooling(3, 2, rounding: Rounding.Ceiling);
        size = Module(192, 96, 208, 16, 48, 64, size);
        long firstHead = Head(new NetworkSize(size.Shape)).Parameters;
        size = Module(160, 112, 224, 24, 64, 64, size);
        size = Module(128, 128, 256, 24, 64, 64, size);
        size = Module(112, 144, 288, 32, 64, 64, size);
        long secondHead = Head(new NetworkSize(size.Shape)).Parameters;
        size = Module(256, 160, 320, 32, 128, 128, size).MaxPooling(3, 2, rounding: Rounding.Ceiling);
        size = Module(256, 160, 320, 32, 128, 128, size);
        size = Module(384, 192, 384, 48, 128, 128, size).AveragePooling(7, 1);
        notes.Right("maps in front of the last layer", new Shape(1024, 1, 1), size.Shape);
        notes.Right("parameters of the convolutions", 5_973_552L, size.Parameters);
        size.Dense(1000);
        notes.Wrong("parameters of fully connected layers", 0L, size.DenseParameters);
        notes.Right("parameters of the last layer", 1_025_000L, size.DenseParameters);
        notes.Wrong("parameters, in millions", 5, 1e-6 * size.Parameters, within: 0.5);
        notes.Right("parameters", 6_998_552L, size.Parameters);
        notes.Right("parameters of both auxiliary heads", 6_379_728L, firstHead + secondHead);
    }

    private static NetworkSize Head(NetworkSize from) => from.AveragePooling(5, 3).Convolution(128, 1).Dense(1024).Dense(1000);
}
