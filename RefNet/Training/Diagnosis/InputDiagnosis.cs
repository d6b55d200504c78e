using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Training.Diagnosis;

/// <summary>The numbers of one channel of the inputs, as the network sees them. LECTURES T6.</summary>
/// <param name="Mean">Their mean over samples and pixels.</param>
/// <param name="Deviation">Their standard deviation, 0 or more.</param>
public readonly record struct InputDiagnosis(double Mean, double Deviation)
{
    /// <summary>Whether the channel is constant, and so carries no information.</summary>
    public bool IsConstant => Deviation == 0;

    /// <summary>The channels of N x C x ... inputs.</summary>
    internal static InputDiagnosis[] Of<T>(Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = x.Shape[1], pixels = x.Count / (x.Shape[0] * channels);
        InputDiagnosis[] found = new InputDiagnosis[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            double first = double.CreateChecked(x.Sample(0)[channel * pixels]), sum = 0, squares = 0;
            for (int n = 0; n < x.Shape[0]; n++)
            {
                // Minus the first number, so that a constant has deviation exactly 0.
                foreach (T value in x.Sample(n).Slice(channel * pixels, pixels))
                {
                    double d = double.CreateChecked(value) - first;
                    (sum, squares) = (sum + d, squares + d * d);
                }
            }

            double count = (double)x.Shape[0] * pixels, mean = sum / count;
            found[channel] = new InputDiagnosis(first + mean, Math.Sqrt(Math.Max(0, squares / count - mean * mean)));
        }

        return found;
    }
}
