using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// The state of one convolution by <see cref="WinogradConvolution{T}"/>, for some maps: U is 36 matrices maps x channels, V 36 of
/// channels x tiles, M 36 of maps x tiles.
/// </summary>
internal unsafe partial struct WinogradWork<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public SimdGemm<T> Gemm;
    public GemmKernel<T> Kernel;
    public WinogradPlan Plan;
    public Tensor<T> Source, Target;
    public Tensor<T>? Bias;
    public int First, Images, FirstMap, Maps, Tiles;
    public T* U, V, M, InputFrames, ResultFrames;

    private const int Side = WinogradTransform.Output;

    // Extra distance between elements of a transformed tile, to spread them over cache sets.
    private const int Gap = 16;

    private readonly int Channels => Source.Shape[1];

    private readonly int RowU => WinogradTiles.WholeRegisters<T>(Channels);

    /// <summary>The distance between the matrices of U.</summary>
    public readonly int StepU => Maps * RowU + Gap;

    private readonly int StepV => Channels * Tiles + Gap;

    private readonly int StepM => Maps * Tiles + Gap;

    // The kernels of one map, one channel per lane.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void TransformKernels(int map, Tensor<T> w, bool transposed, bool turned)
    {
        const int Taps = 9;
        int lanes = Vector512<T>.Count, all = Target.Shape[1];
        nint distance = Taps * (transposed ? all : 1); // between the kernels of two channels
        T* taps = stackalloc T[Taps * lanes];
        fixed (T* weights = w.Values)
        {
            T* kernels = weights + Taps * (transposed ? map : (nint)map * Channels);
            for (int first = 0; first < Channels; first += lanes)
            {
                Transposition.Copy(kernels + first * distance, distance, Math.Min(lanes, Channels - first), Taps, taps, lanes, T.Zero);
                if (turned)
                    Turn(taps);
                WinogradTransform.Kernels(taps, U + (map - FirstMap) * RowU + first, StepU);
            }
        }
    }

    // Rotates kernels by 180 degrees.
    private static void Turn(T* taps)
    {
        T* last = taps + 8 * Vector512<T>.Count;
        for (; taps < last; taps += Vector512<T>.Count, last -= Vector512<T>.Count)
        {
            Vector512<T> tap = Vector512.Load(taps);
            Vector512.Load(last).Store(taps);
            tap.Store(last);
        }
    }

    // The group of images that starts with image n.
    public readonly void Convolve(int n)
    {
        WinogradWork<T> work = OfGroup(n);
        using Scratch<T> scratch = new(Channels * Plan.ChannelSize);
        fixed (T* frames = scratch.Span)
        {
            work.InputFrames = frames;
            work.FillInputFrames();
            ParallelLoop.For((work.Count + Tiles - 1) / Tiles, work, static (block, s) => s.ConvolveTiles(block * s.Tiles));
        }
    }

    private readonly WinogradWork<T> OfGroup(int n) => this with { First = n, Images = Math.Min(Plan.Images, Source.Shape[0] - n) };

    private readonly void FillInputFrames() => ParallelLoop.For(Channels, this, static (c, s) =>
        s.Plan.FillInputs(s.Source, s.First, s.Images, c, s.InputFrames + c * s.Plan.ChannelSize));

    // Some tiles of the images, starting with the given one.
    private readonly void ConvolveTiles(int first)
    {
        WinogradWork<T> work = this;
        using Scratch<T> vScratch = new(WinogradTransform.Products * StepV);
        using Scratch<T> mScratch = new(WinogradTransform.Products * StepM);
        fixed (T* v = vScratch.Span, m = mScratch.Span)
        {
            work.V = v;
            work.M = m;
            ParallelLoop.For(Channels, (work, first), static (c, s) => s.work.TransformTiles(c, s.first)); // V = Bᵀ d B
            ParallelLoop.For(WinogradTransform.Products, (work, first), static (product, s) => s.work.Multiply(product, s.first)); // M = U V
            ParallelLoop.For(Maps, (work, first), static (i, s) => s.work.TransformBack(s.work.FirstMap + i, s.first)); // Y = Aᵀ M A + b
        }
    }

    // The tiles of all images, and those of the block that starts with the given one.
    private readonly int Count => Images * Plan.TilesOfImage;

    private readonly int CountFrom(int first) => Math.Min(Tiles, Count - first);

    [SkipLocalsInit]
    private readonly void TransformTiles(int channel, int first)
    {
        T* frames = InputFrames + channel * Plan.ChannelSize, tiles = stackalloc T[WinogradTransform.Products * Vector512<T>.Count];
        for (int t = 0; t < CountFrom(first); t += Vector512<T>.Count)
        {
            WinogradTiles.Read(frames, Plan.Starts.Pointer + first + t, Plan.Pitch, WinogradTransform.Tile, tiles);
            WinogradTransform.Input(tiles, V + channel * Tiles + t, StepV);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Multiply(int product, int first)
    {
        GemmTile<T> tile = default;
        tile.Alpha = T.One;
        tile.Inner = Channels;
        tile.ARowStride = RowU;
        tile.AStep = 1;
        tile.BStep = Tiles;
        tile.CRowStride = Tiles;
        int count = CountFrom(first);
        for (int column = 0; column < count;)
        {
            bool wide = count - column > Kernel.WideColumns - Kernel.NarrowColumns;
            tile.B = V + product * StepV + column;
            tile.A = U + product * StepU;
            tile.C = M + product * StepM + column;
            Kernel.MultiplyStrip(ref tile, Maps, wide);
            column += wide ? Kernel.WideColumns : Kernel.NarrowColumns;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void TransformBack(int map, int first)
    {
        const int Elements = Side * Side;
        (int allMaps, int height, int width, int count) = (Target.Shape[1], Target.Shape[2], Target.Shape[3], CountFrom(first));
        (int image, int inImage) = Math.DivRem(first, Plan.TilesOfImage);
        (int row, int column) = Math.DivRem(inImage, Plan.TileColumns);
        T bias = Bias is null ? T.Zero : Bias[map];
        T* outputs = stackalloc T[Elements * Vector512<T>.Count], tiles = stackalloc T[Elements * Vector512<T>.Count];
        fixed (T* target = Target.Span)
        {
            T* plane = target + ((First + image) * allMaps + map) * height * width;
            for (int t = 0; t < count; t += Vector512<T>.Count)
            {
                WinogradTransform.Outputs(M + (map - FirstMap) * Tiles + t, StepM, outputs);
                Transposition.Copy(outputs, Vector512<T>.Count, Elements, Vector512<T>.Count, tiles, Elements, bias);
                for (int lane = 0; lane < Math.Min(Vector512<T>.Count, count - t); lane++)
                {
                    WinogradTiles.Store(tiles + lane * Elements, plane + Side * (row * width + column), width, height - Side * row, width - Side * column);
                    if (++column == Plan.TileColumns)
                        (row, column) = (row + 1, 0);
                    if (Side * row >= height)
                    {
                        row = 0;
                        plane += allMaps * height * width;
                    }
                }
            }
        }
    }
}
