using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Regularizers;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>A tensor that the function depends on, and the gradient that Backward claims for it.</summary>
/// <param name="Name">"input" or the name of the parameter.</param>
/// <param name="Value">The numbers, which the differences move.</param>
/// <param name="Claimed">What Backward gave (input) or added (parameter).</param>
/// <param name="Before">What stood in the parameter's gradient before Backward; zeros for the input.</param>
internal sealed record Variable(string Name, Tensor<double> Value, Tensor<double> Claimed, Tensor<double> Before);

/// <summary>
/// One number that depends on an input and on parameters: u.y of a layer, a loss, or a penalty (which has no input). Every evaluation starts from the
/// same buffers, so that it sees the same statistics and the same random masks.
/// </summary>
internal sealed class ScalarFunction
{
    private readonly Tensor<double>? x;
    private readonly IReadOnlyList<Parameter<double>> parameters;
    private readonly IReadOnlyList<Buffer<double>> buffers;
    private readonly Tensor<double>[] savedBuffers;
    private readonly Func<Tensor<double>?, double> forward;
    private readonly Func<Tensor<double>?> backward;

    // The functions take and give null where there is no input.
    private ScalarFunction(
        string name, Tensor<double>? x, IReadOnlyList<Parameter<double>> parameters, IReadOnlyList<Buffer<double>> buffers,
        Func<Tensor<double>?, double> forward, Func<Tensor<double>?> backward)
    {
        Name = name;
        this.x = x;
        this.parameters = parameters;
        this.buffers = buffers;
        savedBuffers = [.. buffers.Select(buffer => buffer.Value.Clone())];
        this.forward = forward;
        this.backward = backward;
    }

    /// <summary>What reports call the function.</summary>
    public string Name { get; }

    /// <summary>u.y of a layer, with u drawn uniformly from -1 to 1 for each element of y.</summary>
    public static ScalarFunction Of(Layer<double> layer, Tensor<double> x, Mode mode, int seed)
    {
        x = x.Clone();
        Random random = Seeds.Create(seed);
        Tensor<double> u = new(layer.OutputShape(x.Shape.Sample).Batch(x.Shape[0]));
        foreach (ref double weight in u.Span)
            weight = 2 * random.NextDouble() - 1;
        return new ScalarFunction(layer.Name, x, layer.Parameters, layer.Buffers,
            input => TensorPrimitives.Dot<double>(u.Span, layer.Forward(input!, mode).Span), () => layer.Backward(u));
    }

    /// <summary>A loss, as a function of the outputs that it judges.</summary>
    public static ScalarFunction Of(Loss<double> loss, Tensor<double> y, Tensor<double> target)
    {
        y = y.Clone();
        return new ScalarFunction(NameOf(loss), y, [], [], outputs => loss.Forward(outputs!, target), loss.Backward);
    }

    /// <summary>A penalty, as a function of the weights.</summary>
    public static ScalarFunction Of(Regularizer<double> regularizer, IReadOnlyList<Parameter<double>> parameters) =>
        new(NameOf(regularizer), null, parameters, [], _ => regularizer.Forward(parameters), () =>
        {
            regularizer.Backward(parameters);
            return null;
        });

    /// <summary>The loss of a network.</summary>
    public static ScalarFunction Of(Layer<double> network, Loss<double> loss, Tensor<double> x, Tensor<double> target, Mode mode)
    {
        x = x.Clone();
        return new ScalarFunction($"{network.Name} with {NameOf(loss)}", x, network.Parameters, network.Buffers,
            input => loss.Forward(network.Forward(input!, mode), target), () => network.Backward(loss.Backward()));
    }

    /// <summary>The value where the tensors stand now.</summary>
    public double Evaluate()
    {
        RestoreBuffers();
        return forward(x);
    }

    /// <summary>Puts the buffers back to what they were when the function was made.</summary>
    public void RestoreBuffers()
    {
        for (int i = 0; i < savedBuffers.Length; i++)
            buffers[i].Value.CopyFrom(savedBuffers[i].Span);
    }

    /// <summary>
    /// Runs Backward once. The gradients of the parameters hold random numbers before it, so that a Backward that
    /// overwrites instead of adding is seen; afterwards they are what they were.
    /// </summary>
    public IReadOnlyList<Variable> Differentiate(Random random)
    {
        Tensor<double>[] saved = [.. parameters.Select(parameter => parameter.Gradient.Clone())];
        Tensor<double>[] before = [.. parameters.Select(parameter => new Tensor<double>(parameter.Gradient.Shape))];
        for (int i = 0; i < before.Length; i++)
        {
            foreach (ref double value in before[i].Span)
                value = 1 + random.NextDouble();
            parameters[i].Gradient.CopyFrom(before[i].Span);
        }

        Disturb();
        Evaluate();
        Tensor<double>? dX = backward();
        List<Variable> variables = [];
        if (x is not null)
            variables.Add(new Variable("input", x, dX!.Clone(), new Tensor<double>(x.Shape)));
        for (int i = 0; i < before.Length; i++)
        {
            Tensor<double> added = new(before[i].Shape);
            TensorPrimitives.Subtract<double>(parameters[i].Gradient.Span, before[i].Span, added.Span);
            variables.Add(new Variable(parameters[i].Name, parameters[i].Value, added, before[i]));
            parameters[i].Gradient.CopyFrom(saved[i].Span);
        }

        return variables;
    }

    // A Forward of another tensor, with other numbers and other random masks: what Backward still holds of it is wrong.
    private void Disturb()
    {
        if (x is null)
            return;
        Tensor<double> other = x.Clone();
        other.Span.Reverse();
        TensorPrimitives.Multiply(other.Span, 0.5, other.Span);
        forward(other);
        forward(other);
    }

    private static string NameOf(object function) => function.GetType().Name.Split('`')[0];
}
