using RefNet.Training.Diagnosis;

namespace RefNet.Console;

/// <summary>
/// Judges a diagnosis, and says what each number means and what to try. The limits are rules of thumb: a healthy network stays far inside
/// them, and each planted fault of the tests far outside.
/// </summary>
internal static class DoctorFindings
{
    /// <summary>All findings, in the order in which to look for a fault: inputs, first weights, first loss, gradients, units, steps, loss, ten images.</summary>
    public static IReadOnlyList<DoctorFinding> Of(NetworkDiagnosis found) =>
        [Inputs(found), .. FirstWeights(found), FirstLoss(found), .. Gradients(found), .. Dead(found), .. Saturated(found), .. Updates(found), Learning(found), .. ByHeart(found)];

    private static DoctorFinding Inputs(NetworkDiagnosis found)
    {
        InputDiagnosis[] varying = [.. found.Inputs.Where(channel => !channel.IsConstant)];
        int[] constant = [.. found.Inputs.Index().Where(channel => channel.Item.IsConstant).Select(channel => channel.Index)];
        if (constant.Length > 0)
        {
            return new("inputs", varying.Length == 0 ? Verdict.Wrong : Verdict.Look, constant.Length, null, $"{(constant.Length == 1 ? "channel" : "channels")} {string.Join(", ", constant)} constant",
                "A channel that is the same number in every image tells the network nothing. Look at the files and at --prepare.");
        }

        InputDiagnosis worst = varying.MaxBy(channel => Math.Max(Math.Abs(channel.Mean) / channel.Deviation, Math.Abs(Math.Log10(channel.Deviation))));
        string says = $"mean {Format.Signed(worst.Mean)}, deviation {Format.Number(worst.Deviation)}{(varying.Length > 1 ? ", the worst channel" : "")}";
        double shift = Math.Abs(worst.Mean) / worst.Deviation;
        if (worst.Deviation is < 0.02 or > 50)
            return new("inputs", Verdict.Wrong, worst.Deviation, null, says, "The inputs are scaled far from a deviation of 1, for which first weights and learning rates are made. Try --prepare standardize, or --prepare channels.");
        if (shift > 0.5)
            return new("inputs", shift > 10 ? Verdict.Wrong : Verdict.Look, worst.Mean, null, says, "The inputs are not centred: gradients of the first weights all point one way. Subtract the mean: --prepare center, or --prepare standardize.");
        return worst.Deviation is < 0.2 or > 5
            ? new("inputs", Verdict.Look, worst.Deviation, null, says, "A deviation near 1 suits first weights and learning rates better. Try --prepare standardize.")
            : new("inputs", Verdict.Fine, worst.Mean, null, says, "Centred, and of a size for which first weights are made.");
    }

    private static IEnumerable<DoctorFinding> FirstWeights(NetworkDiagnosis found)
    {
        // A single layer may begin at 0: its units have targets of their own, and no layer before it waits for a gradient.
        LayerDiagnosis[] zero = [.. found.Layers.Where(layer => layer.Weights == 0)];
        if (zero.Length > 0 && found.Layers.Count(layer => layer.Weights is not null) > 1)
        {
            yield return new("first weights", Verdict.Wrong, 0, zero[0].Path, $"all 0 in {List(zero)}",
                "Units that begin the same get the same gradients and stay the same, and no gradient passes to the layers before. Draw the weights: Initializer.Xavier or Initializer.He.");
        }
    }

    private static DoctorFinding FirstLoss(NetworkDiagnosis found)
    {
        double loss = found.LossBefore;
        if (!double.IsFinite(loss))
            return new("first loss", Verdict.Wrong, loss, null, $"{loss.ToString(System.Globalization.CultureInfo.InvariantCulture)}", "The untrained network gives no finite loss. Look at the scale of inputs and first weights.");
        if (found.LossOfKnowingNothing is not { } expected)
            return new("first loss", Verdict.Fine, loss, null, Format.Loss(loss), "This loss has no value that is known beforehand.");
        string says = $"{Format.Loss(loss)}; ln {Format.Number(Math.Exp(expected))} is {Format.Loss(expected)}";
        return (loss / expected) switch
        {
            > 5 => new("first loss", Verdict.Wrong, loss, null, says, "The untrained network is certain, and wrong. Make the first weights of the last layer smaller, or look at the scale of the inputs."),
            > 1.5 => new("first loss", Verdict.Look, loss, null, says, "The untrained network has opinions, which it must unlearn first. Smaller first weights of the last layer begin nearer ln C."),
            < 0.9 => new("first loss", Verdict.Look, loss, null, says, "The network knows something before it is trained. Unless its weights were trained before, look whether the inputs give the labels away."),
            _ => new("first loss", Verdict.Fine, loss, null, says, "An untrained network should know nothing: every class has probability 1/C."),
        };
    }

    private static IEnumerable<DoctorFinding> Gradients(NetworkDiagnosis found)
    {
        LayerDiagnosis[] layers = [.. found.Layers.Where(layer => layer.Gradient is not null)];
        if (layers.Length == 0)
            yield break;
        if (layers.FirstOrDefault(layer => !double.IsFinite(layer.Gradient!.Value)) is { } infinite)
        {
            yield return new("gradients", Verdict.Wrong, infinite.Gradient, infinite.Path, $"not finite in {infinite.Path}", "Look at the scale of inputs and first weights.");
            yield break;
        }

        LayerDiagnosis[] without = [.. layers.Where(layer => layer.Gradient == 0)];
        if (without.Length > 0)
        {
            yield return new("gradients", Verdict.Wrong, 0, without[0].Path, $"0 in {List(without)}",
                "Nothing reaches these layers: they cannot learn. Look at what comes after them: units that are dead or saturated, weights that are 0.");
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
                "They vanish on the way back: first layers hardly learn. Try ReLU instead of sigmoid or tanh, batch normalization, shortcuts, or fewer layers."),
            > 1e2 => new("gradients", ratio > 1e4 ? Verdict.Wrong : Verdict.Look, ratio, first.Path, says,
                "They explode on the way back. Try smaller first weights, batch normalization, or --clip 1."),
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
                "They are 0 for every image, so no gradient passes and they stay so. Look for a large negative bias or too large a learning rate; try He's first weights, or leaky ReLUs."),
            >= 0.4 => new("dead ReLUs", Verdict.Look, share, worst.Path, says, "A good part of the layer does nothing. Try a smaller learning rate, or leaky ReLUs."),
            _ => new("dead ReLUs", Verdict.Fine, share, worst.Path, says, "The layer with the most; a few dead units do no harm."),
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
        string says = $"{Format.Percent(before)} of the outputs of {worst.Path} at their limits before training{After(worst.SaturatedAfter)}";
        yield return Math.Max(before, after) switch
        {
            >= 0.75 => new("saturation", Verdict.Wrong, Math.Max(before, after), worst.Path, says,
                before >= 0.75 ? "There the slope is nearly 0, and little gradient passes. Make the first weights smaller (Initializer.Xavier), or scale the inputs." : "Training drives it into its limits, where little gradient passes. Try a smaller learning rate."),
            >= 0.4 => new("saturation", Verdict.Look, Math.Max(before, after), worst.Path, says, "Much of the layer has a slope near 0. Try smaller first weights or a smaller learning rate."),
            var share => new("saturation", Verdict.Fine, share, worst.Path, says, "The layer with the most; the others have slopes too."),
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
                "Steps throw the weights away; about 1e-3 is usual. Take a much smaller --learning-rate; --find-rate looks for one.");
            yield break;
        }

        yield return (low, high) switch
        {
            (_, > 0.2) => new("updates", Verdict.Wrong, high, largest.Path, says, "Steps throw the weights about; about 1e-3 is usual. Take a much smaller --learning-rate; --find-rate looks for one."),
            ( < 1e-6, _) => new("updates", Verdict.Wrong, low, smallest.Path, says, high < 1e-6
                ? "Steps move next to nothing; about 1e-3 is usual. Take a larger --learning-rate; --find-rate looks for one."
                : "Steps leave this layer where it is; about 1e-3 is usual. Look at its gradient."),
            (_, > 0.03) => new("updates", Verdict.Look, high, largest.Path, says, "About 1e-3 is usual. Try a smaller --learning-rate."),
            ( < 1e-5, _) => new("updates", Verdict.Look, low, smallest.Path, says, "About 1e-3 is usual. Try a larger --learning-rate."),
            _ => new("updates", Verdict.Fine, high, null, says, "About 1e-3 a step is usual."),
        };
    }

    private static DoctorFinding Learning(NetworkDiagnosis found)
    {
        if (found.DivergedAt is { } step)
            return new("training", Verdict.Wrong, step, null, $"the loss of step {step} is not finite", "Training diverges. Take a much smaller --learning-rate, or --clip 1.");
        if (found.LossBefore == 0)
            return new("training", Verdict.Fine, found.LossAfter, null, $"loss 0 before, {Format.Loss(found.LossAfter)} after {found.Steps} steps", "A loss that begins at 0, as the perceptron's, cannot fall.");
        // What falls to ln C alone has only unlearnt its first opinions.
        double ratio = found.LossAfter / Math.Min(found.LossBefore, found.LossOfKnowingNothing ?? found.LossBefore);
        string says = $"loss {Format.Loss(found.LossBefore)} before, {Format.Loss(found.LossAfter)} after {found.Steps} steps";
        return ratio switch
        {
            < 0.95 => new("training", Verdict.Fine, ratio, null, says, "The network learns."),
            < 0.999 => new("training", Verdict.Look, ratio, null, says, "It hardly falls. Try another --learning-rate; --find-rate looks for one."),
            _ => new("training", Verdict.Wrong, ratio, null, says, "The network does not learn. Begin with what is wrong above; then try another --learning-rate, and look at images beside their labels."),
        };
    }

    private static IEnumerable<DoctorFinding> ByHeart(NetworkDiagnosis found)
    {
        if (found.WrongByHeart is not { } wrong)
            yield break;
        yield return wrong == 0
            ? new("by heart", Verdict.Fine, found.StepsByHeart, null, $"{found.LearntByHeart} images after {found.StepsByHeart} steps", "A sound network learns a few images by heart.")
            : new("by heart", Verdict.Wrong, wrong, null, $"{wrong} of {found.LearntByHeart} images still wrong after {found.StepsByHeart} steps",
                "Whoever cannot learn ten images learns no more of many. Begin with what is wrong above; then check gradients: refnet gradcheck.");
    }

    private static string After(double? share) => share is { } number && !double.IsNaN(number) ? $", {Format.Percent(number)} after" : "";

    private static double OrZero(double? share) => share is { } number && !double.IsNaN(number) ? number : 0;

    private static string List(LayerDiagnosis[] layers) =>
        string.Join(", ", layers.Take(4).Select(layer => layer.Path)) + (layers.Length > 4 ? $" and {layers.Length - 4} more" : "");
}
