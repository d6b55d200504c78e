using RefNet.Losses;

namespace RefNet.Training;

/// <summary>What a network says about one image.</summary>
/// <param name="Class">The class that it decides for.</param>
/// <param name="Measures">A number for each class: its probability, or a score where the loss has no probabilities.</param>
/// <param name="AreProbabilities">Which of both.</param>
public sealed record Answer(int Class, float[] Measures, bool AreProbabilities)
{
    // Rounding alone leaves less.
    private const double LeastRest = 1e-4;

    /// <summary>What the outputs for one sample say.</summary>
    /// <param name="loss">The loss of the network.</param>
    /// <param name="y">An output for each class.</param>
    public static Answer Of(ClassificationLoss<float> loss, ReadOnlySpan<float> y)
    {
        float[] measures = y.ToArray();
        bool areProbabilities = loss.TryGetProbabilities(y, measures);
        return new Answer(loss.Decide(y), measures, areProbabilities);
    }

    /// <summary>
    /// The probability that the image shows none of the classes: what a loss with a rubbish class, such as LeNet-5's, leaves of 1.
    /// Null for scores.
    /// </summary>
    public double? NoneOfThese => !AreProbabilities ? null : 1 - Measures.Sum(p => (double)p) is var rest && rest > LeastRest ? rest : 0;

    /// <summary>Whether the answer is no better than a guess: less likely than not, or not twice as likely as the next.</summary>
    public bool IsUncertain => AreProbabilities && !(Measures[Class] >= 0.5 && Measures[Class] >= 2 * Next);

    /// <summary>Whether none of the classes is more likely than the best of them.</summary>
    public bool IsRatherNone => NoneOfThese > Measures[Class];

    private double Next => Math.Max(NoneOfThese ?? 0, Measures.Where((_, c) => c != Class).Max());
}
