using System.Numerics;
using RefNet.Layers;

namespace RefNet.Training.Diagnosis;

/// <summary>Units that have stopped learning, found in the output of the last Forward. LECTURES L9, T14.</summary>
internal static class UnitStates
{
    private const double Margin = 0.01;

    /// <summary>The share of the units of a ReLU that are 0 for every sample; null for other layers. Of N x C x H x W outputs a unit is a map.</summary>
    public static double? Dead<T>(Layer<T> layer) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (layer is not ReLU<T> || layer.Output is not { } y)
            return null;
        int units = y.Shape[1], pixels = y.Count / (y.Shape[0] * units), dead = 0;
        for (int unit = 0; unit < units; unit++)
        {
            bool lives = false;
            for (int n = 0; n < y.Shape[0] && !lives; n++)
                lives = y.Sample(n).Slice(unit * pixels, pixels).ContainsAnyExcept(T.Zero);
            dead += lives ? 0 : 1;
        }

        return (double)dead / units;
    }

    /// <summary>The share of the outputs of a tanh or sigmoid that are within 1 % of a limit; null for other layers.</summary>
    public static double? Saturated<T>(Layer<T> layer) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (double Low, double High)? limits = layer switch
        {
            Tanh<T> => (-1 + Margin, 1 - Margin),
            ScaledTanh<T> => (-ScaledTanh<T>.Amplitude * (1 - Margin), ScaledTanh<T>.Amplitude * (1 - Margin)),
            Sigmoid<T> => (Margin, 1 - Margin),
            _ => null,
        };
        if (limits is not { } inner || layer.Output is not { } y)
            return null;
        int saturated = 0;
        foreach (T value in y.Values)
        {
            double number = double.CreateChecked(value);
            saturated += number < inner.Low || number > inner.High ? 1 : 0;
        }

        return (double)saturated / y.Count;
    }
}
