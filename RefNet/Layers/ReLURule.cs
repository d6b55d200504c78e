namespace RefNet.Layers;

/// <summary>
/// How a ReLU, y = max(0, x), propagates a signal dy back. Three methods of visualising a network differ in nothing else. Springenberg et al. 2015,
/// "Striving for Simplicity: The All Convolutional Net", figure 1; LECTURES V5, V6.
/// </summary>
public enum ReLURule
{
    /// <summary>The gradient: dx = dy where x > 0, 0 elsewhere. Only this one trains.</summary>
    Gradient,

    /// <summary>Guided backpropagation: dx = dy where x > 0 and dy > 0, 0 elsewhere.</summary>
    Guided,

    /// <summary>The deconvolutional network, a ReLU in the backward direction: dx = max(0, dy), whatever x was. Zeiler and Fergus 2014, section 2.1.</summary>
    Deconvnet,
}
