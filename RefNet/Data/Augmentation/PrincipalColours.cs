namespace RefNet.Data.Augmentation;

/// <summary>
/// Changes the light of a colour image along the principal components of the colours of ImageNet: [p₁ p₂ p₃] [a₁ s₁, a₂ s₂, a₃ s₃]ᵀ is added to
/// each pixel (R, G, B) with a range of 0 to 1, where the a_i are normal with mean 0 and standard deviation S. Krizhevsky et al. 2012,
/// section 4.1, with S = 0.1.
/// </summary>
/// <remarks>
/// The p_i and s_i, eigenvectors and strengths, are those that Facebook's fb.resnet.torch measured on ImageNet and that others
/// adopted. The paper prints none.
/// </remarks>
/// <param name="deviation">S, 0 to 10.</param>
public sealed class PrincipalColours(double deviation) : PixelTransform
{
    private static readonly double[] Strengths = [0.2175, 0.0188, 0.0045];

    // One row per colour, one column per component.
    private static readonly double[,] Components =
    {
        { -0.5675, 0.7192, 0.4009 },
        { -0.5808, -0.0045, -0.8140 },
        { -0.5836, -0.6948, 0.4203 },
    };

    private readonly double deviation = Within(deviation, 0, 10, "The deviation");

    /// <inheritdoc/>
    public override bool NeedsColour => true;

    /// <inheritdoc/>
    public override void Change(ref ImageDraws draws, ScaledImage x)
    {
        double a1 = deviation * draws.Normal(), a2 = deviation * draws.Normal(), a3 = deviation * draws.Normal();
        for (int colour = 0; colour < 3; colour++)
        {
            double add = Components[colour, 0] * a1 * Strengths[0] + Components[colour, 1] * a2 * Strengths[1] + Components[colour, 2] * a3 * Strengths[2];
            TensorPrimitives.Add(x.Channel(colour), (float)add * x.Range(colour), x.Channel(colour));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text("pca", deviation);
}
