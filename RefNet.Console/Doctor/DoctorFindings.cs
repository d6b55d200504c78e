using RefNet.Training.Diagnosis;

namespace RefNet.Console;

/// <summary>
/// Judges a diagnosis, and says what each number means and what to try. The limits are rules of thumb: a healthy network is far inside
/// them, and each planted fault of the tests far outside.
/// </summary>
internal static class DoctorFindings
{
    /// <summary>All findings, in the order in which to look for a fault: inputs, initial weights, initial loss, gradients, units, steps, loss, ten images.</summary>
    public static IReadOnlyList<DoctorFinding> Of(NetworkDiagnosis found) =>
        [Inputs(found), .. FirstWeights(found), FirstLoss(found), .. Gradients(found), .. Dead(found), .. Saturated(found), .. Updates(found), Learning(found), .. ByHeart(found)];

    private static DoctorFinding Inputs(NetworkDiagnosis found)
    {
        InputDiagnosis[] varying = [.. found.Inputs.Where(channel => !channel.IsConstant)];
        int[] constant = [.. found.Inputs.Index().Where(channel => channel.Item.IsConstant).Select(channel => channel.Index)];
        if (constant.Length > 0)
        {
            return new("inputs", varying.Length == 0 ? Verdict.Wrong : Verdict.Look, constant.Length, null, $"{(constant.Length == 1 ? "channel" : "channels")} {string.Join(", ", constant)} constant",
                "A channel that is constant over all images carries no information. Check the files and --prepare.");
        }

        InputDiagnosis worst = varying.MaxBy(channel => Math.Max(Math.Abs(channel.Mean) / channel.Deviation, Math.Abs(Math.Log10(channel.Deviation))));
        string says = $"mean {Format.Signed(worst.Mean)}, deviation {Format.Number(worst.Deviation)}{(varying.Length > 1 ? ", the worst channel" : "")}";
        double shift = Math.Abs(worst.Mean) / worst.Deviation;
        if (worst.Deviation is < 0.02 or > 50)
            return new("inputs", Verdict.Wrong, worst.Deviation, null, says, "The standard deviation is far from 1, which initial weights and learning rates assume. Try --prepare standardize, or --prepare channels.");
        if (shift > 0.5)
            return new("inputs", shift > 10 ? Verdict.Wrong : Verdict.Look, worst.Mean, null, says, "The inputs are not centred: all weight gradients of a unit in the first layer tend to have the same sign. Subtract the mean: --prepare center, or --prepare standardize.");
        return worst.Deviation is < 0.2 or > 5
            ? new("inputs", Verdict.Look, worst.Deviation, null, says, "A deviation near 1 suits initial weights and learning rates better. Try --prepare standardize.")
            : new("inputs", Verdict.Fine, worst.Mean, null, says, "Centred, and of the scale that initial weights assume.");
    }

    private static IEnumerable<DoctorFinding> FirstWeights(NetworkDiagnosis found)
    {
        // A single layer may start at 0: each unit has its own targets, and no earlier layer needs a gradient.
        LayerDiagnosis[] zero = [.. found.Layers.Where(layer => layer.Weights == 0)];
        if (zero.Length > 0 && found.Layers.Count(layer => layer.Weights is not null) > 1)
        {
            yield return new("initial weights", Verdict.Wrong, 0, zero[0].Path, $"all 0 in {List(zero)}",
                "Units that start equal get equal gradients and stay equal, and no gradient reaches earlier layers. Draw the weights: Initializer.Xavier or Initializer.He.");
        }
    }

    private static DoctorFinding FirstLoss(NetworkDiagnosis found)
    {
        double loss = found.LossBefore;
        if (!double.IsFinite(loss))
            return new("initial loss", Verdict.Wrong, loss, null, $"{loss.ToString(System.Globalization.CultureInfo.InvariantCulture)}", "The loss of the untrained network is not finite. Check the scale of inputs and initial weights.");
        if (found.LossOfKnowingNothing is not { } expected)
            return new("initial loss", Verdict.Fine, loss, null, Format.Loss(loss), "For this loss, no initial value is expected.");
        string says = $"{Format.Loss(loss)}; ln {Format.Number(Math.Exp(expected))} is {Format.Loss(expected)}";
        return (loss / expected) switch
        {
            > 5 => new("initial loss", Verdict.Wrong, loss, null, says, "The untrained network is confident, and wrong. Make the initial weights of the last layer smaller, or check the scale of the inputs."),
            > 1.5 => new("initial loss", Verdict.Look, loss, null, says, "The untrained network prefers some classes, which it must first unlearn. Smaller initial weights of the last layer start closer to ln C."),
            < 0.9 => new("initial loss", Verdict.Look, loss, null, says, "The network does better than chance before training. Unless its weights are pretrained, check whether the inputs reveal the labels."),
            _ => new("initial loss", Verdict.Fine, loss, null, says, "As expected of an untrained network, which gives every class probability 1/C."),
        };
    }

    private static IEnumerable<DoctorFinding> Gradients(NetworkDiagnosis found)
    {
        LayerDiagnosis[] layers = [.. found.Layers.Where(layer => layer.Gradient is not null)];
        if (layers.Length == 0)
            yield break;
        if (layers.FirstOrDefault(layer => !double.IsFinite(layer.Gradient!.Value)) is { } infinite)
        {
            yield return new("gradients", Verdict.Wrong, infinite.Gradient, infinite.Path, $"not finite in {infinite.Path}", "Check the scale of inputs and initial weights.");
            yield break;
        }

        LayerDiagnosis[] without = [.. layers.Where(layer => layer.Gradient == 0)];
        if (without.Length > 0)
        {
            yield return new("gradients", Verdict.Wrong, 0, without[0].Path, $"0 in {List(without)}",
                "No gradient reaches these layers, so they cannot learn. Check the layers after them for dead or saturated units, and for weights that are 0.");
            yield break;
        }

        if (layers.Length == 1)
            yield break;
        LayerDiagnosis first = layers[0], last = layers[^1];
        double ratio = first.Gradient!.Value / last.Gradient!.Value;
        string says = $"{first.Path} has {Format.Number(ratio)} times the norm of {last.Path}";
        yield return ratio switch
        {
            < 1e-2 => new("gradients", ratio < 1e-4 ? Verdict.Wrong : Verdict.Look, ratio, first.Path, says,
                "They vanish on the way back, so the first layers hardly learn. Try ReLU instead of sigmoid or tanh, batch normalization, shortcuts, or fewer layers."),
            > 1e2 => new("gradients", ratio > 1e4 ? Verdict.Wrong : Verdict.Look, ratio, first.Path, says,
                "They explode on the way back. Try smaller initial weights, batch normalization, or --clip 1."),
            _ => new("gradients", Verdict.Fine, ratio, null, says, "They neither vanish nor explode on the way back."),
        };
    }

    private static IEnumerable<DoctorFinding> Dead(NetworkDiagnosis found)
    {
        LayerDiagnosis[] layers = [.. found.Layers.Where(layer => layer.DeadBefore is not null)];
        if (layers.Length == 0)
            yield break;
        LayerDiagnosis worst = layers.MaxBy(Dying)!;
        double share = Dying(worst);
        string says = $"{Format.Percent(worst.DeadBefore!.Value)} in {worst.Path} before training{After(worst.DeadAfter)}";
        yield return share switch
        {
            >= 0.9 => new("dead ReLUs", Verdict.Wrong, share, worst.Path, says,
                "They are 0 for every image, so no gradient passes and they stay 0. Look for a large negative bias or too large a learning rate; try He's initial weights, or leaky ReLUs."),
            >= 0.4 => new("dead ReLUs", Verdict.Look, share, worst.Path, says, "A large part of the layer does nothing. Try a smaller learning rate, or leaky ReLUs."),
            _ => new("dead ReLUs", Verdict.Fine, share, worst.Path, says, "The layer with the most dead units; a few do no harm."),
        };
    }

    private static double Dying(LayerDiagnosis layer) => Math.Max(layer.DeadBefore ?? 0, OrZero(layer.DeadAfter));

    private static IEnumerable<DoctorFinding> Saturated(NetworkDiagnosis found)
    {
        LayerDiagnosis[] layers = [.. found.Layers.Where(layer => layer.SaturatedBefore is not null)];
        if (layers.Length == 0)
            yield break;
        LayerDiagnosis worst = layers.MaxBy(layer => Math.Max(layer.SaturatedBefore!.Value, OrZero(layer.SaturatedAfter)))!;
        (double before, double after) = (worst.SaturatedBefore!.Value, OrZero(worst.SaturatedAfter));
        string says = $"{Format.Percent(before)} of the outputs of {worst.Path} saturated before training{After(worst.SaturatedAfter)}";
        yield return Math.Max(before, after) switch
        {
            >= 0.75 => new("saturation", Verdict.Wrong, Math.Max(before, after), worst.Path, says,
                before >= 0.75 ? "The slope there is nearly 0, so little gradient passes. Make the initial weights smaller (Initializer.Xavier), or scale the inputs." : "Training saturates the layer, so little gradient passes. Try a smaller learning rate."),
            >= 0.4 => new("saturation", Verdict.Look, Math.Max(before, after), worst.Path, says, "A large part of the layer has a slope near 0. Try smaller initial weights or a smaller learning rate."),
            var share => new("saturation", Verdict.Fine, share, worst.Path, says, "The layer with the most saturated outputs; most of them are not."),
        };
    }

    private static IEnumerable<DoctorFinding> Updates(NetworkDiagnosis found)
    {
        LayerDiagnosis[] layers = [.. found.Layers.Where(layer => layer.Update is not null)];
        if (layers.Length == 0)
            yield break;
        if (layers.FirstOrDefault(layer => !double.IsFinite(layer.Update!.Value)) is { } infinite)
        {
            yield return new("updates", Verdict.Wrong, null, infinite.Path, $"weights of {infinite.Path} became infinite", "Take a much smaller --learning-rate; --find-rate looks for one.");
            yield break;
        }

        LayerDiagnosis largest = layers.MaxBy(layer => layer.Update!.Value)!, smallest = layers.MinBy(layer => layer.Update!.Value)!;
        (double high, double low) = (largest.Update!.Value, smallest.Update!.Value);
        string says = $"{Format.Error(low)} ({smallest.Path}) to {Format.Error(high)} ({largest.Path}) of the weights";
        LayerDiagnosis thrown = layers.MaxBy(layer => layer.LargestUpdate!.Value)!;
        if (thrown.LargestUpdate > 1)
        {
            yield return new("updates", Verdict.Wrong, thrown.LargestUpdate, thrown.Path, $"one step moved {thrown.Path} by {Format.Number(thrown.LargestUpdate.Value)} times the size of its weights",
                "A step this large destroys the weights; about 1e-3 is usual. Take a much smaller --learning-rate; --find-rate looks for one.");
            yield break;
        }

        yield return (low, high) switch
        {
            (_, > 0.2) => new("updates", Verdict.Wrong, high, largest.Path, says, "The steps are far too large; about 1e-3 is usual. Take a much smaller --learning-rate; --find-rate looks for one."),
            ( < 1e-6, _) => new("updates", Verdict.Wrong, low, smallest.Path, says, high < 1e-6
                ? "The steps are far too small; about 1e-3 is usual. Take a larger --learning-rate; --find-rate looks for one."
                : "This layer hardly moves; about 1e-3 is usual. Check its gradient."),
            (_, > 0.03) => new("updates", Verdict.Look, high, largest.Path, says, "About 1e-3 is usual. Try a smaller --learning-rate."),
            ( < 1e-5, _) => new("updates", Verdict.Look, low, smallest.Path, says, "About 1e-3 is usual. Try a larger --learning-rate."),
            _ => new("updates", Verdict.Fine, high, null, says, "About 1e-3 per step is usual."),
        };
    }

    private static DoctorFinding Learning(NetworkDiagnosis found)
    {
        if (found.DivergedAt is { } step)
            return new("training", Verdict.Wrong, step, null, $"the loss of step {step} is not finite", "Training diverges. Take a much smaller --learning-rate, or --clip 1.");
        if (found.LossBefore == 0)
            return new("training", Verdict.Fine, found.LossAfter, null, $"loss 0 before, {Format.Loss(found.LossAfter)} after {found.Steps} steps", "A loss that starts at 0, such as the perceptron's, cannot fall.");
        // A loss that only falls to ln C has learnt nothing but to drop its initial preferences.
        double ratio = found.LossAfter / Math.Min(found.LossBefore, found.LossOfKnowingNothing ?? found.LossBefore);
        string says = $"loss {Format.Loss(found.LossBefore)} before, {Format.Loss(found.LossAfter)} after {found.Steps} steps";
        return ratio switch
        {
            < 0.95 => new("training", Verdict.Fine, ratio, null, says, "The network learns."),
            < 0.999 => new("training", Verdict.Look, ratio, null, says, "The loss hardly falls. Try another --learning-rate; --find-rate looks for one."),
            _ => new("training", Verdict.Wrong, ratio, null, says, "The network does not learn. Start with what is wrong above; then try another --learning-rate, and compare images with their labels."),
        };
    }

    private static IEnumerable<DoctorFinding> ByHeart(NetworkDiagnosis found)
    {
        if (found.WrongByHeart is not { } wrong)
            yield break;
        yield return wrong == 0
            ? new("overfit", Verdict.Fine, found.StepsByHeart, null, $"{found.LearntByHeart} images after {found.StepsByHeart} steps", "A sound network can overfit a few images.")
            : new("overfit", Verdict.Wrong, wrong, null, $"{wrong} of {found.LearntByHeart} images still wrong after {found.StepsByHeart} steps",
                "A network that cannot overfit ten images will not learn from many. Start with what is wrong above; then check gradients: refnet gradcheck.");
    }

    private static string After(double? share) => share is { } number && !double.IsNaN(number) ? $", {Format.Percent(number)} after" : "";

    private static double OrZero(double? share) => share is { } number && !double.IsNaN(number) ? number : 0;

    private static string List(LayerDiagnosis[] layers) =>
        string.Join(", ", layers.Take(4).Select(layer => layer.Path)) + (layers.Length > 4 ? $" and {layers.Length - 4} more" : "");
}
