using RefNet.Backends;
using RefNet.Tensors;

namespace RefNet.Gpu;

// Elementwise operations: elements.cu.
public sealed partial class CudaBackend<T>
{
    /// <inheritdoc/>
    public void Fill(Tensor<T> x, T value) => ForEach("fill", x.Count, x.Count, value, Write(x));

    /// <inheritdoc/>
    public void Copy(Tensor<T> x, Tensor<T> y) => ForEach("copy", y.Count, y.Count, Read(x), Write(y));

    /// <inheritdoc/>
    public void Add(Tensor<T> a, Tensor<T> b, Tensor<T> c) => ForEach("add", c.Count, c.Count, Read(a), Read(b), Write(c));

    /// <inheritdoc/>
    public void Multiply(Tensor<T> a, Tensor<T> b, Tensor<T> c) => ForEach("multiply", c.Count, c.Count, Read(a), Read(b), Write(c));

    /// <inheritdoc/>
    public void Scale(Tensor<T> x, T s) => ForEach("scale", x.Count, x.Count, s, Change(x));

    /// <inheritdoc/>
    public void Average(Tensor<T> a, T s, T f, Tensor<T> b) => ForEach("average", a.Count, a.Count, s, f, Read(b), Change(a));

    /// <inheritdoc/>
    public void DescentStep(Tensor<T> theta, Tensor<T> g, T eta, T twoLambda) =>
        ForEach("descent_step", theta.Count, theta.Count, eta, twoLambda, Read(g), Change(theta));

    /// <inheritdoc/>
    public void MomentumStep(Tensor<T> theta, Tensor<T> g, Tensor<T> v, T mu, T eta, T twoLambda) =>
        ForEach("momentum_step", theta.Count, theta.Count, mu, eta, twoLambda, Read(g), Change(v), Change(theta));

    /// <inheritdoc/>
    public void NesterovStep(Tensor<T> theta, Tensor<T> g, Tensor<T> v, T mu, T eta, T twoLambda) =>
        ForEach("nesterov_step", theta.Count, theta.Count, mu, eta, twoLambda, Read(g), Change(v), Change(theta));

    /// <inheritdoc/>
    public void AdamStep(Tensor<T> theta, Tensor<T> g, Tensor<T> m, Tensor<T> v, AdamFactors<T> factors, T twoLambda)
    {
        (T beta1, T beta2, T eta, T r, T delta) = factors;
        ForEach("adam_step", theta.Count, theta.Count, beta1, beta2, eta, r, delta, twoLambda, Read(g), Change(m), Change(v), Change(theta));
    }

    /// <inheritdoc/>
    public void Map(IElementFunction<T> f, Tensor<T> x, Tensor<T> y)
    {
        if (f.Kernel.Function == ElementFunction.None)
            host.Map(f, x, y);
        else
            ForEach("map", y.Count, y.Count, (int)f.Kernel.Function, T.CreateChecked(f.Kernel.Parameter), Read(x), Write(y));
    }

    /// <inheritdoc/>
    public void MapGradient(IElementFunction<T> f, Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX)
    {
        if (f.Kernel.Function == ElementFunction.None)
            host.MapGradient(f, x, y, dY, dX);
        else
            ForEach("map_gradient", dX.Count, dX.Count, (int)f.Kernel.Function, T.CreateChecked(f.Kernel.Parameter), Read(x), Read(y), Read(dY), Write(dX));
    }

    /// <inheritdoc/>
    public void DrawMask(Tensor<T> mask, double rate, T kept, (int Seed, int Draw) stream)
    {
        Divisor perSample = mask.Count / mask.Shape[0];
        int threshold = (int)(uint)(rate * (1L << 32));
        ForEach("draw_mask", mask.Count, mask.Count, perSample, stream.Seed, stream.Draw, threshold, kept, Write(mask));
    }
}
