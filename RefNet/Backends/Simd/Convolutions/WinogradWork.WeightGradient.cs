using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// The weight gradient: Source is x and Target is dY, M holds the transformed tiles of dY and U the sums over all
// tiles.
internal unsafe partial struct WinogradWork<T>
{
    // From this many tiles on, sums are dot products over the tiles in place; with fewer, adding the lanes would take too long.
    private const int FewestTilesOfDots = 256;

    // Adds the contribution of a group of images to the sums: U += Σ (A dy Aᵀ) (Bᵀ d B)ᵀ
    public readonly void AddGradient(int group, Span<T> sums)
    {
        WinogradWork<T> work = OfGroup(group * Plan.Images);
        using Scratch<T> inputScratch = new(Channels * Plan.ChannelSize);
        using Scratch<T> resultScratch = new(Maps * Plan.ChannelSize);
        fixed (T* inputs = inputScratch.Span, results = resultScratch.Span, u = sums)
        {
            work.U = u;
            work.InputFrames = inputs;
            work.ResultFrames = results;
            work.FillInputFrames();
            ParallelLoop.For(Maps, work, static (i, s) => s.FillResultFrame(i));
            for (int first = 0; first < work.Count; first += Tiles)
                work.AddTiles(first);
        }
    }

    private readonly void FillResultFrame(int i) => Plan.FillResults(Target, First, Images, FirstMap + i, ResultFrames + i * Plan.ChannelSize);

    private readonly void AddTiles(int first)
    {
        WinogradWork<T> work = this;
        using Scratch<T> vScratch = new(WinogradTransform.Products * StepV);
        using Scratch<T> mScratch = new(WinogradTransform.Products * StepM);
        fixed (T* v = vScratch.Span, m = mScratch.Span)
        {
            work.V = v;
            work.M = m;
            ParallelLoop.For(Channels, (work, first), static (c, s) => s.work.TransformTiles(c, s.first)); // V = Bᵀ d B
            ParallelLoop.For(Maps, (work, first), static (i, s) => s.work.TransformGradients(i, s.first)); // M = A dy Aᵀ
            ParallelLoop.For(WinogradTransform.Products, (work, first), static (product, s) => s.work.AddProduct(product, s.first)); // U += M Vᵀ
        }
    }

    [SkipLocalsInit]
    private readonly void TransformGradients(int i, int first)
    {
        T* frames = ResultFrames + i * Plan.ChannelSize, tiles = stackalloc T[Side * Side * Vector512<T>.Count];
        for (int t = 0; t < CountFrom(first); t += Vector512<T>.Count)
        {
            WinogradTiles.Read(frames, Plan.Starts.Pointer + first + t, Plan.Pitch, Side, tiles);
            WinogradTransform.OutputGradients(tiles, M + i * Tiles + t, StepM);
        }
    }

    private readonly void AddProduct(int product, int first)
    {
        int count = CountFrom(first);
        if (count >= FewestTilesOfDots)
        {
            AddDots(product, WinogradTiles.WholeRegisters<T>(count)); // tiles after the last are zeros
            return;
        }

        Matrix<T> gradients = new(new Span<T>(M + product * StepM, Maps * Tiles), Maps, count, Tiles, 1);
        Matrix<T> inputs = new(new Span<T>(V + product * StepV, Channels * Tiles), Channels, count, Tiles, 1);
        Gemm.MultiplyAdd(gradients, inputs.Transposed, new Matrix<T>(new Span<T>(U + product * StepU, StepU), Maps, Channels, RowU, 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddDots(int product, int tiles)
    {
        GemmTile<T> tile = default;
        tile.Segments = 1;
        tile.Inner = tiles;
        tile.ARowStride = Tiles;
        tile.BStep = Tiles;
        for (int map = 0; map < Maps; map += Kernel.Rows)
        {
            tile.Rows = Math.Min(Kernel.Rows, Maps - map);
            tile.A = M + product * StepM + map * Tiles;
            for (int channel = 0; channel < Channels; channel += Kernel.DotColumns)
            {
                int columns = Math.Min(Kernel.DotColumns, Channels - channel);
                tile.B = V + product * StepV + channel * Tiles;
                Kernel.AddDots(ref tile, columns, U + product * StepU + map * RowU + channel, RowU);
            }
        }
    }

    // The kernels of one map, one channel per lane.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void TransformSums(int map, Tensor<T> dW, bool turned)
    {
        const int Taps = 9;
        T* taps = stackalloc T[Taps * Vector512<T>.Count];
        Span<T> gradients = dW.SampleSpan(map);
        for (int first = 0; first < Channels; first += Vector512<T>.Count)
        {
            WinogradTransform.KernelGradients(U + (map - FirstMap) * RowU + first, StepU, taps);
            for (int lane = 0; lane < Math.Min(Vector512<T>.Count, Channels - first); lane++)
            {
                Span<T> taps3x3 = gradients.Slice(Taps * (first + lane), Taps);
                for (int tap = 0; tap < Taps; tap++)
                    taps3x3[turned ? Taps - 1 - tap : tap] += taps[tap * Vector512<T>.Count + lane];
            }
        }
    }
}
