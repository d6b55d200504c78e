using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Regularizers;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>
/// Compares hand-derived gradients with central finite differences, in double, at every entry of the input and of every
/// parameter, and checks the layer's contract beyond its mathematics (LECTURES T13).
/// </summary>
/// <remarks>
/// A layer is checked through u·y with a random u. The sum of the outputs would not do: on a normalisation layer its
/// gradient vanishes, so a Backward that returns zero would pass. Parameters, gradients and buffers are restored when a
/// check ends.
/// </remarks>
public static class GradientCheck
{
    /// <summary>
    /// h, the step of the differences (f(θ+h) - f(θ-h)) / 2h, as a multiple of max(1, |θ|). Where f and its derivatives are about
    /// 1, their truncation error h² f''' / 6 is near 1e-11 and their rounding error, that of f over h, near 1e-10;
    /// <see cref="Converge(Layer{double}, Tensor{double}, Mode, int)"/> shows both.
    /// </summary>
    public const double Step = 1e-5;

    /// <summary>The largest <see cref="GradientEntry.Error"/> that passes.</summary>
    public const double Tolerance = 1e-6;

    /// <summary>A tensor with more entries than this is checked at this many random entries.</summary>
    public const int DefaultMaxEntries = 1000;

    private const int ConvergenceEntries = 50;

    /// <summary>Checks a layer, block or network at a batch of three standard normal inputs.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="sample">The shape of one sample of the input.</param>
    /// <param name="mode">The mode of every forward pass of the check.</param>
    /// <param name="seed">Seed for the inputs, u and the choice of entries.</param>
    public static GradientReport Run(Layer<double> layer, Shape sample, Mode mode, int seed = 0) =>
        Run(layer, CheckInputs.Normal(sample.Batch(3), seed), mode, seed);

    /// <summary>Checks a layer, block or network at a batch of inputs.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="x">A batch of inputs.</param>
    /// <param name="mode">The mode of every forward pass of the check.</param>
    /// <param name="seed">Seed for u and the choice of entries.</param>
    /// <param name="maxEntries">The largest number of entries to check per tensor.</param>
    public static GradientReport Run(Layer<double> layer, Tensor<double> x, Mode mode, int seed = 0, int maxEntries = DefaultMaxEntries) =>
        Run(layer, () => ScalarFunction.Of(layer, x, mode, seed), () => ContractCheck.Run(layer, x, mode, seed), seed, maxEntries);

    /// <summary>Checks a loss at a batch of outputs and targets.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="y">A batch of outputs.</param>
    /// <param name="target">The targets of these outputs.</param>
    /// <param name="seed">Seed for the choice of entries.</param>
    /// <param name="maxEntries">The largest number of entries to check per tensor.</param>
    public static GradientReport Run(Loss<double> loss, Tensor<double> y, Targets<double> target, int seed = 0, int maxEntries = DefaultMaxEntries) =>
        Run(null, () => ScalarFunction.Of(loss, y, target), () => LossPromises.Broken(loss, y, target), seed, maxEntries);

    /// <summary>Checks a regulariser: the gradient of each weight, and that nothing else changes.</summary>
    /// <param name="regularizer">The regulariser.</param>
    /// <param name="parameters">Weights and other parameters.</param>
    /// <param name="seed">Seed for the choice of entries.</param>
    /// <param name="maxEntries">The largest number of entries to check per tensor.</param>
    public static GradientReport Run(
        Regularizer<double> regularizer, IReadOnlyList<Parameter<double>> parameters, int seed = 0, int maxEntries = DefaultMaxEntries) =>
        Run(null, () => ScalarFunction.Of(regularizer, parameters), () => [], seed, maxEntries);

    /// <summary>Checks a whole network with its loss, as a training step runs them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="x">A batch of inputs.</param>
    /// <param name="target">The targets of the batch.</param>
    /// <param name="mode">The mode of every forward pass of the check.</param>
    /// <param name="seed">Seed for the choice of entries.</param>
    /// <param name="maxEntries">The largest number of entries to check per tensor.</param>
    public static GradientReport Run(
        Layer<double> network, Loss<double> loss, Tensor<double> x, Targets<double> target,
        Mode mode = Mode.Train, int seed = 0, int maxEntries = DefaultMaxEntries) =>
        Run(network, () => ScalarFunction.Of(network, loss, x, target, mode, seed), () => ContractCheck.Run(network, x, mode, seed), seed, maxEntries);

    /// <summary>
    /// The largest error against the step h, from 0.1 to 1e-12 times max(1, |θ|): it falls with h² while truncation dominates, then
    /// grows with 1/h as rounding takes over. A wrong gradient shows as a floor below which no step gets.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="x">A batch of inputs, away from kinks.</param>
    /// <param name="mode">The mode of every forward pass.</param>
    /// <param name="seed">Seed for u and the choice of entries.</param>
    public static GradientConvergence Converge(Layer<double> layer, Tensor<double> x, Mode mode, int seed = 0) =>
        Converge(layer, ScalarFunction.Of(layer, x, mode, seed), seed);

    /// <summary>The largest error against the step, for a whole network with its loss.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="x">A batch of inputs, away from kinks.</param>
    /// <param name="target">The targets of the batch.</param>
    /// <param name="mode">The mode of every forward pass.</param>
    /// <param name="seed">Seed for the choice of entries.</param>
    public static GradientConvergence Converge(
        Layer<double> network, Loss<double> loss, Tensor<double> x, Targets<double> target, Mode mode = Mode.Train, int seed = 0) =>
        Converge(network, ScalarFunction.Of(network, loss, x, target, mode, seed), seed);

    private static GradientConvergence Converge(Layer<double> layer, ScalarFunction function, int seed)
    {
        LayerState state = new(layer);
        Random random = Seeds.Create(seed, 2);
        TensorCheck[] checks = [.. function.Differentiate(random).Select(
            variable => new TensorCheck(variable, function.Evaluate, ConvergenceEntries, random))];
        ConvergencePoint[] points = [.. Enumerable.Range(1, 12).Select(digits => Math.Pow(10, -digits)).Select(
            step => checks.Select(check => check.Point(step)).MaxBy(point => point.Error)!)];
        state.Restore();
        return new GradientConvergence(function.Name, points);
    }

    // The layer is null for a loss or a regulariser.
    private static GradientReport Run(
        Layer<double>? layer, Func<ScalarFunction> create, Func<IReadOnlyList<ContractFinding>> checkPromises, int seed, int maxEntries)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEntries, 1);
        LayerState? state = layer is null ? null : new LayerState(layer);
        try
        {
            IReadOnlyList<ContractFinding> findings = checkPromises();
            ScalarFunction function = create();
            if (!findings.Any(finding => finding.HidesGradients) && function.NotFinite() is { } problem)
                findings = [.. findings, new ContractFinding(function.Name, problem, HidesGradients: true)];
            if (findings.Any(finding => finding.HidesGradients))
                return new GradientReport(function.Name, findings, []);

            Random random = Seeds.Create(seed, 2);
            TensorReport[] tensors = [.. function.Differentiate(random).Select(
                variable => new TensorCheck(variable, function.Evaluate, maxEntries, random).Run())];
            return new GradientReport(function.Name, findings, tensors);
        }
        finally
        {
            state?.Restore();
        }
    }
}
