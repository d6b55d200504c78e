using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// The outputs of a tile are Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, linear in the kernel g, so the gradient is the adjoint,
// dg = Gᵀ [Σ (A dy Aᵀ) ⊙ (Bᵀ d B)] G, where the sum runs over all tiles: 36 products (maps x tiles)(tiles x channels).
internal sealed unsafe partial class WinogradConvolution<T>
{
    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        Plan(x.Shape, dY.Shape);
        WinogradWork<T> work = Work(forward, x, dY, GradientCacheElements);
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
            for (int n = 0; n < x.Shape[0]; n += forward.Images)
                work.AddGradient(n); // U += Σ (A dy Aᵀ) (Bᵀ d B)ᵀ
            ParallelLoop.For(dY.Shape[1], (work, dW, turned: geometry.Flip), static (map, s) => s.work.TransformSums(map, s.dW, s.turned)); // dW += Gᵀ U G
        }
    }
}
