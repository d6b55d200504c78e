using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// The outputs of a tile are Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, linear in the kernel g, so the gradient is the adjoint,
// dg = Gᵀ [Σ (A dy Aᵀ) ⊙ (Bᵀ d B)] G, where the sum runs over all tiles: 36 products (maps x tiles)(tiles x channels).
internal sealed unsafe partial class WinogradConvolution<T>
{
    // Up to this many sums for each product, with whole registers of channels, are small beside the tiles.
    private const int MostSums = 64 * 64;

    // Fewer groups would leave most threads without work.
    private const int FewestGroups = 4;

    // This many elements of transformed tiles of one group stay in the third-level cache, beside those of other threads.
    private const int GroupCacheElements = 960 * 1024;

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        Plan(x.Shape, dY.Shape);
        // Each group of images has sums of its own, where that pays off: a thread then reads only tiles that it has transformed itself,
        // which matters most where cores do not share a cache.
        int groups = (x.Shape[0] + forward.Images - 1) / forward.Images, sums = dY.Shape[1] * WinogradTiles.WholeRegisters<T>(x.Shape[1]);
        bool haveOwnSums = groups >= FewestGroups && sums <= MostSums;
        WinogradWork<T> work = Work(forward, x, dY, haveOwnSums ? GroupCacheElements : GradientCacheElements);
        if (work.IsOneBlock)
        {
            work.AddGradientByMaps(dW, geometry.Flip);
            return;
        }

        using Scratch<T> scratch = new(checked(WinogradTransform.Products * work.StepU));
        scratch.Span.Clear();
        fixed (T* u = scratch.Span)
        {
            work.U = u;
            if (haveOwnSums)
            {
                ParallelLoop.Sum(groups, scratch.Span, work, static (group, sums, work) => work.AddGradient(group, sums));
            }
            else
            {
                for (int group = 0; group < groups; group++)
                    work.AddGradient(group, scratch.Span);
            }

            ParallelLoop.For(dY.Shape[1], (work, dW, turned: geometry.Flip), static (map, s) => s.work.TransformSums(map, s.dW, s.turned)); // dW += Gᵀ U G
        }
    }
}
