using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Regularizers;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>A tensor that the function depends on, and its gradient according to Backward.</summary>
/// <param name="Name">"input" or the path of the parameter.</param>
/// <param name="Value">The values, which the differences perturb.</param>
/// <param name="Claimed">The gradient that Backward gave (input) or added (parameter).</param>
/// <param name="Before">The parameter's gradient before Backward; zeros for the input.</param>
internal sealed record Variable(string Name, Tensor<double> Value, Tensor<double> Claimed, Tensor<double> Before);

/// <summary>
/// A scalar that depends on an input and on parameters: u·y of a layer, a loss, or a penalty (which has no input). It is
/// given as the terms of a sum, so that differences are taken term by term: unchanged terms add no rounding. Every
/// evaluation starts from the same buffers, and so has the same statistics and the same random masks.
/// </summary>
internal sealed class ScalarFunction
{
    private readonly Tensor<double>? x;
    private readonly Tensor<double>? given; // a copy of x per evaluation, so that a layer that writes into its input spoils only the copy
    private readonly (string Name, Parameter<double> Parameter)[] parameters;
    private readonly LayerState? state;
    private readonly Func<Tensor<double>?, double[]> forward;
    private readonly Func<Tensor<double>?> backward;

    // The functions take and return null where there is no input.
    private ScalarFunction(
        string name, Tensor<double>? x, IEnumerable<(string Name, Parameter<double> Parameter)> parameters, LayerState? state,
        Func<Tensor<double>?, double[]> forward, Func<Tensor<double>?> backward)
    {
        Name = name;
        this.x = x?.Clone();
        given = x?.Clone();
        this.parameters = [.. parameters.Where(named => !named.Parameter.IsFrozen)];
        this.state = state;
        this.forward = forward;
        this.backward = backward;
    }

    /// <summary>The name of the function in reports.</summary>
    public string Name { get; }

    /// <summary>u·y of a layer, with u drawn uniformly from -1 to 1 for each element of y, and the same for each side head in it.</summary>
    public static ScalarFunction Of(Layer<double> layer, Tensor<double> x, Mode mode, int seed)
    {
        RandomWeights u = new(seed), sides = new(seed + 1);
        return new ScalarFunction(layer.Name, x, layer.NamedParameters(), new LayerState(layer),
            input => [.. u.Terms(layer.Forward(input!, mode)), .. SideTerms(layer, mode, sides)],
            () => layer.Backward(u.Gradient()));
    }

    /// <summary>A loss as a function of the outputs.</summary>
    public static ScalarFunction Of(Loss<double> loss, Tensor<double> y, Targets<double> target) =>
        new(NameOf(loss), y, [], null, outputs => [loss.Forward(outputs!, target)], loss.Backward);

    /// <summary>A penalty as a function of the weights.</summary>
    public static ScalarFunction Of(Regularizer<double> regularizer, IReadOnlyList<Parameter<double>> parameters) =>
        new(NameOf(regularizer), null, parameters.Select(parameter => (parameter.Name, parameter)), null, _ => [regularizer.Forward(parameters)], () =>
        {
            regularizer.Backward(parameters);
            return null;
        });

    /// <summary>The loss of a network, and u·h of each side head in it.</summary>
    public static ScalarFunction Of(Layer<double> network, Loss<double> loss, Tensor<double> x, Targets<double> target, Mode mode, int seed)
    {
        RandomWeights sides = new(seed + 1);
        return new ScalarFunction($"{network.Name} with {NameOf(loss)}", x, network.NamedParameters(), new LayerState(network),
            input => [loss.Forward(network.Forward(input!, mode), target), .. SideTerms(network, mode, sides)],
            () => network.Backward(loss.Backward()));
    }

    /// <summary>The terms for the present values of the tensors.</summary>
    public double[] Evaluate()
    {
        state?.RestoreBuffers();
        if (x is not null)
            given!.CopyFrom(x.Values);
        return forward(given);
    }

    /// <summary>A sentence about the first value that is not finite at the present values of the tensors; null if all are finite.</summary>
    public string? NotFinite()
    {
        if (x is not null && FirstNotFinite(x.Values) is { } place)
            return $"the input is not finite: {Bits.Show(x.Values[place])} at [{place}]. Nothing can be compared there";
        foreach ((string name, Parameter<double> parameter) in parameters)
        {
            if (FirstNotFinite(parameter.Value.Values) is { } entry)
                return $"{name} is not finite: {Bits.Show(parameter.Value.Values[entry])} at [{entry}]. Nothing can be compared there";
        }

        double[] terms = Evaluate();
        return FirstNotFinite(terms) is { } term
            ? $"the function is not finite at this input: Forward gives {Bits.Show(terms[term])}{(terms.Length > 1 ? $" at [{term}]" : "")} for an input that is finite. Choose an input in the domain of the function"
            : null;
    }

    /// <summary>
    /// Runs Backward once. The gradients of the parameters contain random numbers before it, so that a Backward that
    /// overwrites instead of adding is detected; they are restored afterwards.
    /// </summary>
    public IReadOnlyList<Variable> Differentiate(Random random)
    {
        Tensor<double>[] saved = [.. parameters.Select(named => named.Parameter.Gradient.Clone())];
        Tensor<double>[] before = [.. parameters.Select(named => new Tensor<double>(named.Parameter.Shape))];
        for (int i = 0; i < before.Length; i++)
        {
            foreach (ref double value in before[i].Span)
                value = 1 + random.NextDouble();
            parameters[i].Parameter.Gradient.CopyFrom(before[i].Values);
        }

        Disturb();
        Evaluate();
        Tensor<double>? dX = backward();
        List<Variable> variables = [];
        if (x is not null)
            variables.Add(new Variable("input", x, dX!.Clone(), new Tensor<double>(x.Shape)));
        for (int i = 0; i < before.Length; i++)
        {
            Parameter<double> parameter = parameters[i].Parameter;
            Tensor<double> added = new(before[i].Shape);
            TensorPrimitives.Subtract(parameter.Gradient.Values, before[i].Values, added.Span);
            variables.Add(new Variable(parameters[i].Name, parameter.Value, added, before[i]));
            parameter.Gradient.CopyFrom(saved[i].Values);
        }

        return variables;
    }

    // A Forward of another tensor, with other values and other random masks, exposes a Backward that uses stale values.
    private void Disturb()
    {
        if (x is null)
            return;
        forward(CheckInputs.Other(x));
        forward(CheckInputs.Other(x));
    }

    // The heads compute only in Train.
    private static IEnumerable<double> SideTerms(Layer<double> layer, Mode mode, RandomWeights u)
    {
        if (mode != Mode.Train || layer.Layers.Count == 0)
            return [];
        SideHead<double>[] heads = [.. layer.Walk().Select(place => place.Layer).OfType<SideHead<double>>()];
        foreach (SideHead<double> head in heads)
            head.HeadGradient = u.Gradient(head.HeadOutput.Shape);
        return heads.SelectMany(head => u.Terms(head.HeadOutput));
    }

    private static int? FirstNotFinite(ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                return i;
        }

        return null;
    }

    private static string NameOf(object function) => function.GetType().Name.Split('`')[0];
}
