using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>The promises of a layer in one mode, each checked by comparing passes bit by bit.</summary>
internal sealed class LayerPromises
{
    // The contents of the layer's memory before a pass.
    private const double Something = -7.25;

    private readonly string place;
    private readonly Layer<double> layer;
    private readonly Tensor<double> x;
    private readonly Mode mode;
    private readonly RandomWeights u;
    private readonly LayerPasses passes;

    /// <summary>Prepares the check.</summary>
    public LayerPromises(string place, Layer<double> layer, Tensor<double> x, Mode mode, int seed)
    {
        (this.place, this.layer, this.x, this.mode) = (place, layer, x, mode);
        u = new RandomWeights(seed);
        passes = new LayerPasses(layer, u);
    }

    /// <summary>The broken promises; parameters, gradients and buffers are restored when it ends.</summary>
    public ContractFinding[] Broken()
    {
        try
        {
            return SaysTheSameTwice() is { } talk ? [new ContractFinding(place, talk, HidesGradients: true)] : [.. BrokenInPasses()];
        }
        finally
        {
            passes.Restore();
        }
    }

    // Prerequisites of later comparisons come first: where Forward breaks a promise, these would report the same fault again.
    private IEnumerable<ContractFinding> BrokenInPasses()
    {
        Others();
        passes.Begin(CheckInputs.Other(x), mode);
        passes.Run(x, mode, Something); // the reference for the next two
        LayerPass again = passes.Run(x, mode, Something), first = passes.Run(x, mode, Something);
        LayerPass afterOthers = passes.Run(x, mode, Something, passesBefore: Others), poisoned = passes.Run(x, mode, double.NaN);
        string? forward = ForwardLeaves(first) ?? ForwardRepeats(first, again) ?? ForwardRepeats(first, afterOthers) ?? ForwardWritesAll(first, poisoned);
        if (forward is not null)
            return [new ContractFinding(place, forward, HidesGradients: true)];

        string?[] others =
        [
            BackwardLeaves(first),
            BackwardRepeats(first, again) ?? TheLastForwardCounts(first, afterOthers) ?? BackwardWritesAll(first, poisoned) ?? BackwardGivesTwice(first),
            BackwardWithoutInputGradient(first), FrozenStandsStill(first), SamplesAreAlone(first), PredictsTheSame(first), TrainsTheSame(first),
        ];
        return others.OfType<string>().Distinct().Select(text => new ContractFinding(place, text));
    }

    // OutputShape and Parameters give the same results each time.
    private string? SaysTheSameTwice()
    {
        Shape once = layer.ShapeOf(x.Shape.Sample), again = layer.ShapeOf(x.Shape.Sample);
        if (!once.Equals(again))
            return $"OutputShape gives the shape {once} for samples of {x.Shape.Sample}, and {again} when called again";
        return layer.Parameters.SequenceEqual(layer.Parameters)
            ? null
            : "Parameters gives new objects at each call: create them once, in a field or in the constructor";
    }

    private static string? ForwardLeaves(LayerPass first) => first.ChangedByForward is { } change
        ? $"Forward changed {change}. It may write only y (and, in Train, buffers)"
        : null;

    private static string? ForwardRepeats(LayerPass first, LayerPass again) =>
        Bits.FirstDifference(first.Y.Values, again.Y.Values) is { } i
            ? $"Forward gives different results for the same x and the same buffers: y[{i}] is {Bits.Show(first.Y.Values[i])} in one call and {Bits.Show(again.Y.Values[i])} in another. "
                + "It draws its own random numbers or keeps hidden state: draw from Stream and a count that is a Buffer, and list all state in Buffers"
            : null;

    private static string? ForwardWritesAll(LayerPass first, LayerPass poisoned) =>
        Bits.FirstDifference(first.Y.Values, poisoned.Y.Values) is { } i
            ? $"Forward does not write all of y: y[{i}], of shape {first.Y.Shape}, depends on the previous contents of y. These are undefined: set every element"
            : null;

    private static string? BackwardLeaves(LayerPass first) => first.ChangedByBackward is { } change
        ? $"Backward changed {change}. It may only write dX and add to the gradients of parameters"
        : null;

    private string? BackwardRepeats(LayerPass first, LayerPass again) => Difference(first, again) is { } what
        ? $"Backward gives different results for the same x and dY: {what}. It draws random numbers or keeps hidden state"
        : null;

    private string? TheLastForwardCounts(LayerPass first, LayerPass afterOthers) => Difference(first, afterOthers) is { } what
        ? $"Backward depends on a Forward before the last one: {what}"
        : null;

    private string? BackwardWritesAll(LayerPass first, LayerPass poisoned) => Difference(first, poisoned) is { } what
        ? $"Backward does not write all of dX, of shape {first.DX!.Shape}, or uses its previous contents: {what}. These are undefined: set every element"
        : null;

    private string? BackwardGivesTwice(LayerPass first) => Try(() => Difference(first, passes.Run(x, mode, Something, backwards: 2)) is { } what
        ? $"Backward gives a different result when called a second time for the same Forward: {what}"
        : null);

    private string? BackwardWithoutInputGradient(LayerPass first) =>
        Try(() => Difference(first with { DX = null }, passes.Run(x, mode, Something, needsInputGradient: false)) is { } what
            ? $"Backward gives different gradients where dX is null because it is not needed: {what}"
            : null);

    // A running average depends on the inputs, and a count of random masks does not: a frozen layer may change only the latter.
    private string? FrozenStandsStill(LayerPass first) =>
        layer.Parameters.Count == 0 && layer.Buffers.Count == 0 ? null : Try(() => ChangedByFrozen(first));

    private string? ChangedByFrozen(LayerPass first)
    {
        Layer<double>[] thawed = [.. layer.Walk().Select(walked => walked.Layer).Where(inner => inner.Layers.Count == 0 && !inner.IsFrozen)];
        try
        {
            layer.IsFrozen = true;
            LayerPass frozen = passes.Run(x, mode, Something), other = passes.Run(CheckInputs.Other(x), mode, Something);
            return first.ChangedByBackward is null && (frozen.ChangedByForward ?? frozen.ChangedByBackward) is { } change ? $"The frozen layer changed {change}"
                : frozen.Gradients.Any(gradient => gradient.Values.ContainsAnyExcept(0)) ? "Backward adds to gradients where the layer is frozen"
                : FirstChange(layer.NamedBuffers().Select(named => named.Path), frozen.Buffers, other.Buffers) is { } buffer
                    ? $"Running statistics change although the layer is frozen; with another batch, the buffer {buffer}"
                : null;
        }
        finally
        {
            foreach (Layer<double> inner in thawed)
                inner.IsFrozen = false;
        }
    }

    // Products of other sizes may sum in another order, so bits may differ.
    private string? SamplesAreAlone(LayerPass first) => layer.TreatsSamplesAlone ? Try(() => DifferentAlone(first)) : null;

    private string? DifferentAlone(LayerPass first)
    {
        double largest = TensorPrimitives.MaxMagnitude(first.Y.Values);
        foreach (int n in new[] { 0, x.Shape[0] - 1 })
        {
            ReadOnlySpan<double> together = first.Y.Sample(n), alone = passes.Run(CheckInputs.Sample(x, n), mode, Something).Y.Values;
            for (int i = 0; i < alone.Length; i++)
            {
                if (Math.Abs(together[i] - alone[i]) > 1e-9 * Math.Abs(largest))
                    return $"TreatsSamplesAlone is true, but y of sample {n} depends on the other samples: y[{i}] is {Bits.Show(together[i])} in the batch and {Bits.Show(alone[i])} alone. Leave it false";
            }
        }

        return null;
    }

    private string? PredictsTheSame(LayerPass first)
    {
        if (mode != Mode.Evaluate)
            return null;
        Tensor<double> y = layer.Forward(x.Clone(), mode, PassMemory<double>.ForPrediction(Poisoned(first.Y.Shape)));
        return Changes.Of("y", first.Y, y) is { } change ? $"Prediction differs from Forward in Evaluate: {change}" : null;
    }

    // Training keeps what a Backward reads; all else is in memory that is reused.
    private string? TrainsTheSame(LayerPass first) =>
        Try(() => Difference(first, passes.Run(x, mode, Something, pool: Poisoned(first.Y.Shape))) is { } what
            ? $"Backward gives a different result in training, where x and y are kept only if BackwardReads says that it reads them ({layer.BackwardReads}), and inner gradients are not kept: {what}"
            : null);

    private static TensorPool<double> Poisoned(Shape shape)
    {
        TensorPool<double> pool = new();
        for (int i = 0; i < 3; i++)
        {
            Tensor<double>? poison = null;
            pool.Rent(ref poison, shape);
        }

        pool.ReturnAll();
        pool.Fill(double.NaN);
        return pool;
    }

    // What training does between two passes: other inputs, and an evaluation of another batch size.
    private void Others()
    {
        layer.Forward(CheckInputs.Other(x), mode);
        try
        {
            layer.Forward(CheckInputs.Twice(CheckInputs.Other(x)), Mode.Evaluate);
        }
        catch (InputException)
        {
            // the layer may not accept such batches
        }
    }

    // An exception that occurs only while a promise is tested breaks that promise.
    private static string? Try(Func<string?> promise)
    {
        try
        {
            return promise();
        }
        catch (LayerException error)
        {
            return error.Problem;
        }
        catch (InputException error)
        {
            return error.Message;
        }
    }

    private string? Difference(LayerPass expected, LayerPass actual)
    {
        if (expected.DX is not null && Changes.Of("dX", expected.DX, actual.DX!) is { } dX)
            return dX;
        return FirstChange(layer.NamedParameters().Select(named => $"the gradient of {named.Path}"), expected.Gradients, actual.Gradients);
    }

    private static string? FirstChange(IEnumerable<string> names, Tensor<double>[] expected, Tensor<double>[] actual) =>
        names.Zip(expected, actual).Select(of => Changes.Of(of.First, of.Second, of.Third)).FirstOrDefault(change => change is not null);
}
