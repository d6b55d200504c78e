using System.Numerics;
using RefNet.Backends;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Local response normalisation across channels: y_c = x_c / (k + a s_c)^β, where s_c is, at each position, the sum
/// of x_m² over those of the n channels m around c that exist; samples of shape C or of C x H x W -> the same.
/// Krizhevsky et al. 2012, section 3.3 (k = 2, n = 5, α = 1e-4, β = 0.75); LECTURES L10, X13.
/// </summary>
/// <remarks>
/// It is computed as y_c = k^-β x_c f(t_c) with f(t) = (1 + t)^-β and t_c = (a/k) s_c.
/// There are two conventions for α. In the lectures, in Caffe and in PyTorch a = α / n, so that α does not depend on
/// the width of the window: the default here. In the paper a = α: <c>averages: false</c>. Channels beyond the first
/// and the last count as 0. A window of even width has one more channel before c than after it, as in PyTorch.
/// Loops: ReferenceBackend.Channels, ReferenceBackend.Map, ReferenceBackend.Numbers.
/// </remarks>
public sealed class LocalResponseNormalization<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int size;
    private readonly double alpha;
    private readonly double beta;
    private readonly double k;
    private readonly bool averages;
    private readonly InversePower power;

    // Saved by Forward for Backward
    private Tensor<T>? t;
    private Tensor<T>? f;

    // Intermediate results
    private Tensor<T>? first;
    private Tensor<T>? second;

    /// <summary>Creates the layer.</summary>
    /// <param name="size">n, the width of the window in channels, 1 or more.</param>
    /// <param name="alpha">α, 0 or more.</param>
    /// <param name="beta">β, 0 or more.</param>
    /// <param name="k">k, above 0. The default is 1 in Caffe and PyTorch.</param>
    /// <param name="averages">Whether a = α / n, the lectures' convention, or a = α, the paper's.</param>
    public LocalResponseNormalization(int size = 5, double alpha = 1e-4, double beta = 0.75, double k = 2, bool averages = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(alpha);
        ArgumentOutOfRangeException.ThrowIfNegative(beta);
        if (!(k > 0 && double.IsFinite(k)))
            throw new ArgumentOutOfRangeException(nameof(k), k, "k must be a finite number above 0: it stands in the denominator where a window is 0.");
        (this.size, this.alpha, this.beta, this.k, this.averages) = (size, alpha, beta, k, averages);
        power = new InversePower(beta);
    }

    /// <summary>The number of channels before c in its window.</summary>
    public int Before => size / 2;

    /// <summary>The number of channels after c in its window.</summary>
    public int After => (size - 1) / 2;

    /// <summary>k.</summary>
    public double Offset => k;

    /// <summary>a: α / n or α, depending on the convention.</summary>
    public double Factor => averages ? alpha / size : alpha;

    /// <summary>β.</summary>
    public double Exponent => beta;

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Input;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank is 1 or 3 ? input : throw Unfit("samples of channels or of channels x rows x columns", input);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new((long)size * input.Count, 0);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        Tensor<T> squares = Tensor<T>.Reuse(ref first, x.Shape);
        Backend.Multiply(x, x, squares);
        Backend.SumNeighbours(squares, Before, After, Tensor<T>.Reuse(ref t, x.Shape)); // s_c = sum of x_m²
        Backend.Scale(t, T.CreateChecked(Ratio));                                       // t = (a/k) s
        Backend.Map(power, t, Tensor<T>.Reuse(ref f, x.Shape));                         // f = (1 + t)^-β
        Backend.Multiply(x, f, y);
        Backend.Scale(y, T.CreateChecked(Level));                                       // y = k^-β x f
    }

    // x_m enters y_m directly, and through t_c the y_c of every window that contains it. Without the factor k^-β:
    // (1) df_c = dy_c x_c   (2) dt_c = f'(t_c) df_c, with f'(t) = -β (1 + t)^(-β-1) = -β f / (1 + t)
    // (3) dq_m = (a/k) times the sum of dt_c over the c whose window contains m, for q = x²: before and after are exchanged
    // (4) dx_m = k^-β (f_m dy_m + 2 x_m dq_m)

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is null)
            return;

        Tensor<T> dF = Tensor<T>.Reuse(ref first, x.Shape), dT = Tensor<T>.Reuse(ref second, x.Shape), dQ = dF;
        Backend.Multiply(dY, x, dF);                  // (1)
        Backend.MapGradient(power, t!, f!, dF, dT);   // (2)
        Backend.SumNeighbours(dT, After, Before, dQ); // (3), but for a/k
        Backend.Multiply(x, dQ, dQ);
        Backend.Scale(dQ, T.CreateChecked(2 * Ratio));
        Backend.Multiply(f!, dY, dX);
        Backend.Add(dX, dQ, dX);
        Backend.Scale(dX, T.CreateChecked(Level));    // (4)
    }

    // a/k
    private double Ratio => Factor / k;

    // k^-β
    private double Level => Math.Pow(k, -beta);

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{size}", CSharp.Option("alpha", alpha, 1e-4), CSharp.Option("beta", beta, 0.75),
        CSharp.Option("k", k, 2), CSharp.Option("averages", averages, true));

    /// <summary>f(t) = (1 + t)^-β, for t of 0 or more.</summary>
    private sealed class InversePower(double beta) : IElementFunction<T>
    {
        private readonly T beta = T.CreateChecked(beta);

        public ElementKernel Kernel { get; } = new(ElementFunction.InversePower, beta);

        public T Value(T t) => T.Pow(T.One + t, -beta);

        public T Slope(T t, T f) => -beta * f / (T.One + t);
    }
}
