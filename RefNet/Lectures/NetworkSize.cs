using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>
/// Adds up what a network holds and costs, layer by layer, without the memory that it would need: all units of a dense
/// layer and all filters of a convolution are alike, so that one of them is made and counted as many times.
/// </summary>
internal sealed class NetworkSize(Shape input)
{
    // The shape of the output of the last layer.
    public Shape Shape { get; private set; } = input;

    public long Parameters { get; private set; }

    public long DenseParameters { get; private set; }

    public long MultiplyAccumulates { get; private set; }

    public long DenseMultiplyAccumulates { get; private set; }

    // Outputs of convolutions and dense layers.
    public long Units { get; private set; }

    public NetworkSize Convolution(int filters, int kernel, int stride = 1, int padding = 0, int groups = 1, bool bias = true, Rounding rounding = Rounding.Exact)
    {
        Shape seen = new(Shape[0] / groups, Shape[1], Shape[2]);
        ConvolutionGeometry geometry = ConvolutionGeometry.Square(kernel, stride, padding) with { Rounding = rounding };
        Convolution2D<float> filter = new(seen[0], 1, geometry, Seeds.Create(0), initializer: Initializer.Zeros, useBias: bias);
        Shape map = filter.OutputShape(seen);
        Count(filter, seen, filters);
        Shape = new Shape(filters, map[1], map[2]);
        Units += Shape.Count;
        return this;
    }

    public NetworkSize Dense(int units)
    {
        Shape seen = new(Shape.Count);
        Dense<float> unit = new(seen[0], 1, Seeds.Create(0), Initializer.Zeros);
        (long parameters, long products) = (Parameters, MultiplyAccumulates);
        Count(unit, seen, units);
        DenseParameters += Parameters - parameters;
        DenseMultiplyAccumulates += MultiplyAccumulates - products;
        Shape = new Shape(units);
        Units += units;
        return this;
    }

    public NetworkSize Normalization() => Add(new BatchNormalization<float>(Shape[0]));

    public NetworkSize MaxPooling(int size, int stride, int padding = 0, Rounding rounding = Rounding.Exact) =>
        Add(new MaxPooling2D<float>(PoolingGeometry.Square(size, stride, padding) with { Rounding = rounding }));

    public NetworkSize AveragePooling(int size, int stride) => Add(new AveragePooling2D<float>(size, stride));

    // Branches that start here, side by side: their outputs are stacked along the channels.
    public NetworkSize Concatenate(params Func<NetworkSize, NetworkSize>[] branches)
    {
        NetworkSize[] ends = [.. branches.Select(branch => branch(new NetworkSize(Shape)))];
        foreach (NetworkSize end in ends)
            Take(end);
        Shape = new Shape(ends.Sum(end => end.Shape[0]), ends[0].Shape[1], ends[0].Shape[2]);
        return this;
    }

    // A branch and a shortcut that start here and are added; the shortcut is the identity where none is given.
    public NetworkSize Residual(Func<NetworkSize, NetworkSize> body, Func<NetworkSize, NetworkSize>? projection = null)
    {
        NetworkSize end = body(new NetworkSize(Shape));
        NetworkSize shortcut = projection is null ? new NetworkSize(Shape) : projection(new NetworkSize(Shape));
        if (!end.Shape.Equals(shortcut.Shape))
            throw new InvalidOperationException($"The branch gives {end.Shape}, its shortcut {shortcut.Shape}.");
        Take(end);
        Take(shortcut);
        Shape = end.Shape;
        return this;
    }

    private NetworkSize Add(Layer<float> layer)
    {
        Count(layer, Shape, times: 1);
        Shape = layer.OutputShape(Shape);
        return this;
    }

    private void Count(Layer<float> layer, Shape seen, long times)
    {
        Parameters += times * layer.Parameters.Sum(parameter => (long)parameter.Value.Count);
        MultiplyAccumulates += times * layer.Cost(seen).MultiplyAccumulates;
    }

    private void Take(NetworkSize part)
    {
        Parameters += part.Parameters;
        DenseParameters += part.DenseParameters;
        MultiplyAccumulates += part.MultiplyAccumulates;
        DenseMultiplyAccumulates += part.DenseMultiplyAccumulates;
        Units += part.Units;
    }
}
