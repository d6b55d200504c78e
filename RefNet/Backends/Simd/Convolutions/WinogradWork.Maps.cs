using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// Where one block has all tiles, each transformed kernel is used once. So threads share the maps, and U is computed for a few maps
// at a time: all of it may be larger than any cache.
internal unsafe partial struct WinogradWork<T>
{
    // This many elements of U stay in the second-level cache, beside V.
    private const int CacheElements = 100 * 1024;

    // So that threads get parts of about the same size.
    private const int FewestParts = 4;

    /// <summary>Whether all tiles are in one block.</summary>
    public readonly bool IsOneBlock => Source.Shape[0] <= Plan.Images && Source.Shape[0] * Plan.TilesOfImage <= Tiles;

    // A multiple of the kernel's rows.
    private readonly int MapsOfPart => (Math.Min(CacheElements / WinogradTransform.Products / RowU, (Maps - 1) / FewestParts) / Kernel.Rows + 1) * Kernel.Rows;

    private readonly int Parts => (Maps + MapsOfPart - 1) / MapsOfPart;

    /// <summary>Computes all results.</summary>
    public readonly void ConvolveByMaps(Tensor<T> w, bool transposed, bool turned)
    {
        using Scratch<T> frameScratch = new(Channels * Plan.ChannelSize), vScratch = new(WinogradTransform.Products * StepV);
        fixed (T* frames = frameScratch.Span, v = vScratch.Span)
        {
            WinogradWork<T> work = WithTiles(frames, v);
            ParallelLoop.For(Parts, (work, w, transposed, turned), static (part, s) =>
                s.work.OfPart(part).ConvolveMaps(s.w, s.transposed, s.turned));
        }
    }

    /// <summary>Adds the gradients of all weights.</summary>
    public readonly void AddGradientByMaps(Tensor<T> dW, bool turned)
    {
        using Scratch<T> frameScratch = new(Channels * Plan.ChannelSize), vScratch = new(WinogradTransform.Products * StepV);
        fixed (T* frames = frameScratch.Span, v = vScratch.Span)
        {
            WinogradWork<T> work = WithTiles(frames, v);
            ParallelLoop.For(Parts, (work, dW, turned), static (part, s) =>
                s.work.OfPart(part).AddMaps(s.dW, s.turned));
        }
    }

    // V = Bᵀ d B for all tiles.
    private readonly WinogradWork<T> WithTiles(T* frames, T* v)
    {
        WinogradWork<T> work = OfGroup(0);
        work.InputFrames = frames;
        work.V = v;
        work.FillInputFrames();
        ParallelLoop.For(Channels, work, static (c, s) => s.TransformTiles(c, 0));
        return work;
    }

    private readonly WinogradWork<T> OfPart(int part) => this with { FirstMap = part * MapsOfPart, Maps = Math.Min(MapsOfPart, Maps - part * MapsOfPart) };

    private readonly void ConvolveMaps(Tensor<T> w, bool transposed, bool turned)
    {
        WinogradWork<T> work = this;
        using Scratch<T> uScratch = new(WinogradTransform.Products * StepU), mScratch = new(WinogradTransform.Products * StepM);
        fixed (T* u = uScratch.Span, m = mScratch.Span)
        {
            work.U = u;
            work.M = m;
            for (int i = 0; i < Maps; i++)
                work.TransformKernels(FirstMap + i, w, transposed, turned); // U = G w Gᵀ
            for (int product = 0; product < WinogradTransform.Products; product++)
                work.Multiply(product, 0); // M = U V
            for (int i = 0; i < Maps; i++)
                work.TransformBack(FirstMap + i, 0); // Y = Aᵀ M A + b
        }
    }

    private readonly void AddMaps(Tensor<T> dW, bool turned)
    {
        WinogradWork<T> work = this;
        using Scratch<T> uScratch = new(WinogradTransform.Products * StepU), mScratch = new(WinogradTransform.Products * StepM), frameScratch = new(Maps * Plan.ChannelSize);
        uScratch.Span.Clear();
        fixed (T* u = uScratch.Span, m = mScratch.Span, frames = frameScratch.Span)
        {
            work.U = u;
            work.M = m;
            work.ResultFrames = frames;
            for (int i = 0; i < Maps; i++)
            {
                work.FillResultFrame(i);
                work.TransformGradients(i, 0); // M = A dy Aᵀ
            }

            for (int product = 0; product < WinogradTransform.Products; product++)
                work.AddProduct(product, 0); // U += M Vᵀ
            for (int i = 0; i < Maps; i++)
                work.TransformSums(FirstMap + i, dW, turned); // dW += Gᵀ U G
        }
    }
}
