using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// The outputs of a tile are Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, linear in the kernel g, so the gradient is the adjoint,
// dg = Gᵀ [Σ (A dy Aᵀ) ⊙ (Bᵀ d B)] G, where the sum runs over all tiles: 36 products (maps x tiles)(tiles x channels).
internal sealed unsafe partial class WinogradConvolution<T>
{
    // The sums for this many pairs of a map and a channel are small beside the tiles. So each group of images gets sums of its own:
    // a thread then reads only tiles that it has transformed itself, which matters where cores do not share a cache.
    private const int MostPairs = 64 * 64;

    // This many elements of transformed tiles of one group stay in the third-level cache, beside those of other threads.
    private const int GroupCacheElements = 600 * 1024;

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        Plan(x.Shape, dY.Shape);
        int groups = (x.Shape[0] + forward.Images - 1) / forward.Images;
        bool haveOwnSums = groups > 1 && x.Shape[1] * dY.Shape[1] <= MostPairs;
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
                ParallelLoop.Sum(groups, scratch.Span, work, static (group, sums, work) => work.AddGradient(group, sums));
            else
            {
                for (int group = 0; group < groups; group++)
                    work.AddGradient(group, scratch.Span);
            }


            ParallelLoop.For(dY.Shape[1], (work, dW, turned: geometry.Flip), static (map, s) => s.work.TransformSums(map, s.dW, s.turned)); // dW += Gᵀ U G
        }
    }
}
