using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Backends;

/// <summary>A convolution with its operands: larger than those of the layers' gradient checks, so that tiles and strips are full.</summary>
internal sealed record ConvolutionProblem(
    int Batch, int Groups, int Channels, int Maps, int Height, int Width, ConvolutionGeometry Geometry, bool UseBias, int Seed)
{
    public static Gen<ConvolutionProblem> Generator { get; } =
        from seed in Gen.Choose(0, 1_000_000_000)
        select Draw(seed);

    /// <summary>Those that Winograd's algorithm computes: 3x3 kernels at stride 1, in one group.</summary>
    public static Gen<ConvolutionProblem> Of3x3 { get; } =
        from problem in Generator
        from above in Gen.Choose(0, 3)
        from below in Gen.Choose(0, 3)
        from left in Gen.Choose(0, 3)
        from right in Gen.Choose(0, 3)
        from batch in Gen.Choose(1, 5)
        select problem with
        {
            Batch = batch,
            Groups = 1,
            Height = problem.Height % 12 + 3,
            Width = problem.Width + 2,
            Geometry = problem.Geometry with { Rows = new Window(3, 1, above, below), Columns = new Window(3, 1, left, right) },
        };

    /// <summary>Many small images at stride 1, in one group; registers hold 4 to 16 images.</summary>
    public static Gen<ConvolutionProblem> OfManySmallImages { get; } =
        from problem in Generator
        from batch in Gen.Elements(1, 3, 8, 17, 33)
        let rows = problem.Geometry.Rows
        let columns = problem.Geometry.Columns
        select problem with
        {
            Batch = batch,
            Groups = 1,
            Channels = (problem.Channels + 1) / 2,
            Maps = (problem.Maps + 1) / 2,
            Height = Math.Max(1, rows.Reach - problem.Seed % 2 * (rows.Before + rows.After)) + problem.Height % 4,
            Width = Math.Max(1, columns.Reach - problem.Seed % 2 * (columns.Before + columns.After)) + problem.Width % 6,
            Geometry = problem.Geometry with
            {
                Rows = new Window(rows.Size, 1, rows.Before, rows.After, rows.Dilation),
                Columns = new Window(columns.Size, 1, columns.Before, columns.After, columns.Dilation),
            },
        };

    /// <summary>Outputs, or inputs at stride 1, with rows of whole registers.</summary>
    public static Gen<ConvolutionProblem> OfWholeRegisters { get; } =
        from problem in Generator
        from positions in Gen.Elements(16, 32, 48, 80)
        let columns = problem.Geometry.Columns
        let width = problem.Seed % 2 == 0 ? positions : (positions - 1) * columns.Stride + columns.Reach - columns.Before - columns.After
        where width > 0
        select problem with { Width = width };

    /// <summary>Kernels of 1x1 that read each position once.</summary>
    public static Gen<ConvolutionProblem> OfPoints { get; } =
        from problem in Generator
        select problem with { Geometry = ConvolutionGeometry.Square(1) };

    /// <summary>Kernels as large as the image, in one group.</summary>
    public static Gen<ConvolutionProblem> OfWholeImages { get; } =
        from problem in Generator
        from height in Gen.Choose(1, 6)
        from width in Gen.Choose(1, 6)
        select problem with
        {
            Groups = 1,
            Height = height,
            Width = width,
            Geometry = problem.Geometry with { Rows = new Window(height), Columns = new Window(width) },
        };

    /// <summary>A channel in each group, and one map or several.</summary>
    public static Gen<ConvolutionProblem> Depthwise { get; } =
        from problem in Generator
        from groups in Gen.Choose(1, 9)
        from maps in Gen.Elements(1, 1, 2, 3)
        select problem with { Groups = groups, Channels = 1, Maps = maps };

    /// <summary>The same with kernels 5 wide without gaps.</summary>
    public static Gen<ConvolutionProblem> OfRowsOf5 { get; } =
        from problem in OfManySmallImages
        from left in Gen.Choose(0, 5)
        from right in Gen.Choose(0, 5)
        select problem with { Width = problem.Width + 4, Geometry = problem.Geometry with { Columns = new Window(5, 1, left, right) } };

    public Shape X => new(Batch, Groups * Channels, Height, Width);

    public Shape W => new(Groups * Maps, Channels, Geometry.Rows.Size, Geometry.Columns.Size);

    public Shape Y => Geometry.Output(X.Sample, Groups * Maps).Batch(Batch);

    public IEnumerable<ConvolutionProblem> Shrink()
    {
        if (Batch > 1)
            yield return this with { Batch = 1 };
        if (Groups > 1)
            yield return this with { Groups = 1 };
        if (Channels > 1)
            yield return this with { Channels = Channels / 2 };
        if (Maps > 1)
            yield return this with { Maps = Maps / 2 };
        if (UseBias)
            yield return this with { UseBias = false };
        foreach ((Window rows, int height) in GeometryDraws.Smaller(Geometry.Rows, Height, Geometry.Rounding))
            yield return this with { Geometry = Geometry with { Rows = rows }, Height = height };
        foreach ((Window columns, int width) in GeometryDraws.Smaller(Geometry.Columns, Width, Geometry.Rounding))
            yield return this with { Geometry = Geometry with { Columns = columns }, Width = width };
    }

    /// <summary>Numbers from -1 to 1, the same for each call with the same purpose.</summary>
    public Tensor<T> Numbers<T>(Shape shape, int purpose) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = Seeds.Create(Seed + purpose);
        Tensor<T> tensor = new(shape);
        foreach (ref T value in tensor.Span)
            value = T.CreateChecked(random.NextDouble() * 2 - 1);
        return tensor;
    }

    /// <summary>y, dW and dX on a backend. dW begins with numbers, which the gradient is added to.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="numbers">The operands, by shape and purpose: <see cref="Numbers"/> or others.</param>
    public Tensor<T>[] Results<T>(IBackend<T> backend, Func<Shape, int, Tensor<T>> numbers) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> x = numbers(X, 1), w = numbers(W, 2), dY = numbers(Y, 3), dW = numbers(W, 4), y = new(Y), dX = new(X);
        IConvolution<T> convolution = backend.Convolution(Geometry, Groups);
        convolution.Forward(x, w, UseBias ? numbers(new Shape(W[0]), 5) : null, y);
        convolution.AddWeightGradient(x, dY, dW);
        convolution.InputGradient(w, dY, dX);
        return [y, dW, dX];
    }

    private static ConvolutionProblem Draw(int seed)
    {
        Random random = Seeds.Create(seed);
        ConvolutionGeometry geometry = new(Window(random), Window(random))
        {
            Flip = random.OneOf(true, false),
            Rounding = random.OneOf(Rounding.Floor, Rounding.Ceiling),
        };
        return new ConvolutionProblem(
            random.Between(1, 3), random.OneOf(1, 1, 1, 2, 3), random.Between(1, 5), random.Between(1, 19),
            Extent(random, geometry.Rows, 12), Extent(random, geometry.Columns, 20), geometry, random.OneOf(true, false), seed);
    }

    // Padding may be larger than the kernel, and the kernel larger than the image.
    private static Window Window(Random random) => new(
        random.Between(1, 5), random.OneOf(1, 1, 2, 3, 4, 6), random.Between(0, random.OneOf(3, 3, 7)), random.Between(0, random.OneOf(3, 3, 7)), random.OneOf(1, 1, 2, 3));

    private static int Extent(Random random, Window window, int more) =>
        Math.Max(1, window.Reach - random.OneOf(0, 0, window.Before + window.After)) + random.Between(0, more);
}
