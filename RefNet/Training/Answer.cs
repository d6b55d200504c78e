using RefNet.Losses;

namespace RefNet.Training;

/// <summary>The prediction of a network for one image.</summary>
/// <param name="Class">The predicted class.</param>
/// <param name="Measures">One number per class: its probability, or a score where the loss has no probabilities.</param>
/// <param name="AreProbabilities">Whether the measures are probabilities.</param>
public sealed record Answer(int Class, float[] Measures, bool AreProbabilities)
{
    // Rounding alone leaves less than this.
    private const double LeastRest = 1e-4;

    /// <summary>The answer that the outputs for one sample give.</summary>
    /// <param name="loss">The loss of the network.</param>
    /// <param name="y">One output per class.</param>
    public static Answer Of(ClassificationLoss<float> loss, ReadOnlySpan<float> y)
    {
        float[] measures = y.ToArray();
        bool areProbabilities = loss.TryGetProbabilities(y, measures);
        return new Answer(loss.Decide(y), measures, areProbabilities);
    }

    /// <summary>
    /// The probability that the image shows none of the classes: the rest up to 1 with a loss that has a rubbish class, such as LeNet-5's.
    /// Null for scores.
    /// </summary>
    public double? NoneOfThese => !AreProbabilities ? null : 1 - Measures.Sum(p => (double)p) is var rest && rest > LeastRest ? rest : 0;

    /// <summary>Whether the answer is no better than a guess: below 1/2, or below twice the probability of the next class.</summary>
    public bool IsUncertain => AreProbabilities && !(Measures[Class] >= 0.5 && Measures[Class] >= 2 * Next);

    /// <summary>Whether "none of these" is more likely than the most likely class.</summary>
    public bool IsRatherNone => NoneOfThese > Measures[Class];

    private double Next => Math.Max(NoneOfThese ?? 0, Measures.Where((_, c) => c != Class).Max());
}
