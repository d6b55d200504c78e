using System.Globalization;
using RefNet.Backends.Simd;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Algorithms;

/// <summary>
/// For every convolution of some architectures: the algorithm chosen for each of its products, the time of every
/// algorithm, and where the choice is more than a tenth slower than the best.
/// </summary>
internal static class AlgorithmsCommand
{
    private const double Seconds = 0.15;
    private const double Wrong = 1.1;

    /// <summary>A table of the named architectures, or of all.</summary>
    public static int Run(string[] arguments)
    {
        try
        {
            int batch = arguments is ["--batch", string text, ..] && int.TryParse(text, CultureInfo.InvariantCulture, out int count) && count > 0 ? count : 8;
            IReadOnlyList<string> names = arguments is ["--batch", _, .. string[] rest] ? rest : arguments;
            IEnumerable<Architecture> chosen = names.Count == 0 ? Architectures.All : [.. names.Select(Architectures.Find)];
            List<AlgorithmTimes> measured = [];
            Console.WriteLine("| convolution | product | ns an image: the one that is taken, the others | over the fastest |");
            Console.WriteLine("|---|---|---|---:|");
            foreach (ConvolutionShape shape in chosen.SelectMany(architecture => Shapes(architecture, batch)).DistinctBy(shape => shape.ToString()))
            {
                foreach (ConvolutionProduct product in Enum.GetValues<ConvolutionProduct>())
                {
                    if (AlgorithmTimes.Measure(shape, product, Seconds) is { } times)
                    {
                        measured.Add(times);
                        Write(times);
                    }
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"\n{measured.Count(times => times.Regret > Wrong)} of {measured.Count} choices are wrong by more than a tenth; geometric mean of all {Samples.GeometricMean(measured.Select(times => times.Regret)):F3}."));
            return 0;
        }
        catch (InputException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    }

    private static void Write(AlgorithmTimes times)
    {
        IEnumerable<string> cells = times.Times.OrderBy(time => time.Name != times.Chosen).Select(time => string.Create(CultureInfo.InvariantCulture, $"{time.Name} {time.Nanoseconds:N0}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {times.Shape} | {times.Product} | {string.Join(", ", cells)} | {(times.Regret > Wrong ? $"**{times.Regret:F2}**" : $"{times.Regret:F2}")} |"));
    }

    // The shape of each convolution in a forward pass, for the requested batch size.
    private static IEnumerable<ConvolutionShape> Shapes(Architecture architecture, int batch)
    {
        Network<float> network = architecture.Create<float>(seed: 1);
        network.Forward(new Tensor<float>(network.InputShape.Batch(1)), Mode.Evaluate);
        return network.Walk().Where(place => place.Layer.Input is not null).Select(place => ConvolutionShape.Of(place.Layer, place.Layer.Input!.Shape.Sample.Batch(batch))).OfType<ConvolutionShape>();
    }
}
