using System.Globalization;
using System.Text;

namespace RefNet.Gpu;

/// <summary>Numbers transferred between host and card for a layer.</summary>
/// <param name="Layer">The layer that needed them, or the operation outside of layers, such as a loss; empty where the host did.</param>
/// <param name="ToCard">Whether they went to the card.</param>
/// <param name="Numbers">The total number of numbers.</param>
/// <param name="Bytes">The total number of bytes.</param>
/// <param name="Times">The number of transfers.</param>
public readonly record struct Crossing(string Layer, bool ToCard, long Numbers, long Bytes, long Times);

/// <summary>The transfers between host and card, by layer. In a warm training step these are images, targets and the results of the loss.</summary>
public sealed class Crossings
{
    private readonly Dictionary<(string Layer, bool ToCard), Crossing> all = [];

    /// <summary>The transfers since the last <see cref="Clear"/>, most bytes first.</summary>
    public IReadOnlyList<Crossing> All => [.. all.Values.OrderByDescending(crossing => crossing.Bytes).ThenBy(crossing => crossing.Layer, StringComparer.Ordinal)];

    /// <summary>Resets all counts to 0.</summary>
    public void Clear() => all.Clear();

    /// <summary>One line per layer and direction.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        foreach (Crossing crossing in All)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{(crossing.Layer.Length == 0 ? "host" : crossing.Layer)}: {crossing.Numbers:N0} numbers {(crossing.ToCard ? "to the card" : "to the host")}, {crossing.Times:N0} times");
        }

        return text.ToString();
    }

    internal void Add(string layer, bool toCard, long numbers, int bytesOfOne)
    {
        all.TryGetValue((layer, toCard), out Crossing before);
        all[(layer, toCard)] = new Crossing(layer, toCard, before.Numbers + numbers, before.Bytes + numbers * bytesOfOne, before.Times + 1);
    }
}
