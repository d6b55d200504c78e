using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>Numbers that training changes, with the gradient of the loss with respect to them.</summary>
public sealed class Parameter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes a parameter of zeros.</summary>
    /// <param name="name">What the layer calls it: weight, bias, gamma ...</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="isWeight">Whether weight decay applies to it: true for weights, false for biases, γ and β.</param>
    public Parameter(string name, Shape shape, bool isWeight)
    {
        Name = name;
        IsWeight = isWeight;
        Value = new Tensor<T>(shape);
        Gradient = new Tensor<T>(shape);
    }

    /// <summary>The name, with the names of the layers around it in front once it stands in a network: C1.weight.</summary>
    public string Name { get; internal set; }

    /// <summary>Whether weight decay pulls it to zero: so it does with weights, not with biases, γ and β.</summary>
    public bool IsWeight { get; }

    /// <summary>The numbers.</summary>
    public Tensor<T> Value { get; }

    /// <summary>The sum of what Backward has added since the last <see cref="ClearGradient"/>.</summary>
    public Tensor<T> Gradient { get; }

    /// <summary>Sets the gradient to zero.</summary>
    public void ClearGradient() => Gradient.Span.Clear();
}
