using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>The promises of a loss: it does not change outputs or targets, and gives the same result each time.</summary>
internal static class LossPromises
{
    /// <summary>The broken promises.</summary>
    public static IReadOnlyList<ContractFinding> Broken(Loss<double> loss, Tensor<double> y, Targets<double> target)
    {
        string name = loss.GetType().Name.Split('`')[0];
        Tensor<double> given = y.Clone(), targetBefore = target.Values.Clone();
        double once = loss.Forward(given, target);
        if ((Changes.Of("y", y, given) ?? Changes.Of("the target", targetBefore, target.Values)) is { } changed)
            return [new ContractFinding(name, $"Forward changed {changed}", HidesGradients: true)];

        loss.Forward(CheckInputs.Other(y), target);
        double again = loss.Forward(given, target);
        if (!once.Equals(again))
            return [new ContractFinding(name, $"Forward gives different results for the same outputs: {Bits.Show(once)}, then {Bits.Show(again)}. It draws random numbers or keeps hidden state", HidesGradients: true)];

        Tensor<double> first = loss.Backward().Clone(), second = loss.Backward();
        return (Changes.Of("y", y, given) ?? Changes.Of("the target", targetBefore, target.Values)) is { } byBackward ? [new ContractFinding(name, $"Backward changed {byBackward}")]
            : Changes.Of("dY", first, second) is { } moved ? [new ContractFinding(name, $"Backward gives a different result when called a second time: {moved}")]
            : [];
    }
}
