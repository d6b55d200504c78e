using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>The promises of a loss: it leaves outputs and targets as they are, and gives the same each time.</summary>
internal static class LossPromises
{
    /// <summary>The promises that are broken.</summary>
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
            return [new ContractFinding(name, $"Forward gives another result for the same outputs: {Bits.Show(once)}, then {Bits.Show(again)}. It draws random numbers or keeps a state", HidesGradients: true)];

        Tensor<double> first = loss.Backward().Clone(), second = loss.Backward();
        return (Changes.Of("y", y, given) ?? Changes.Of("the target", targetBefore, target.Values)) is { } byBackward ? [new ContractFinding(name, $"Backward changed {byBackward}")]
            : Changes.Of("dY", first, second) is { } moved ? [new ContractFinding(name, $"Backward gives something else when it is called a second time: {moved}")]
            : [];
    }
}
