using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>
/// Checks what a layer promises beside its mathematics, in both modes: of each layer inside a block alone, so that the one that
/// breaks a promise is named, then of the block.
/// </summary>
internal static class ContractCheck
{
    /// <summary>Lists the promises that are broken; parameters, gradients and buffers are as they were when it ends.</summary>
    public static IReadOnlyList<ContractFinding> Run(Layer<double> layer, Tensor<double> x, Mode mode, int seed)
    {
        LayerState state = new(layer);
        try
        {
            List<ContractFinding> findings = [];
            foreach ((string path, Layer<double> inner, Tensor<double> input) in Inside(layer, x, mode, seed))
                findings.AddRange(InBothModes(path, inner, input, mode, seed));
            return findings.Count > 0 ? findings : [.. InBothModes(layer.Name, layer, x, mode, seed)];
        }
        finally
        {
            state.Restore();
        }
    }

    // Each gets random numbers of its own instead of what the layer before gives: a layer that clips its input in place would
    // show nothing where it is clipped already.
    private static IEnumerable<(string Path, Layer<double> Layer, Tensor<double> Input)> Inside(Layer<double> layer, Tensor<double> x, Mode mode, int seed)
    {
        if (layer.Layers.Count == 0)
            return [];
        Tensor<double> given = CheckInputs.Other(x);
        LayerState state = new(layer);
        layer.Forward(given, mode);
        state.Restore();
        return
        [
            .. from place in layer.Walk()
               where place.Layer.Layers.Count == 0 && place.Layer.Input is not null
               let input = place.Layer.Input!
               select (place.Path, place.Layer, input.SharesMemoryWith(given) ? new Tensor<double>(input.Shape, x.Values) : CheckInputs.Normal(input.Shape, seed)),
        ];
    }

    // A promise that is broken in both modes is told once.
    private static IEnumerable<ContractFinding> InBothModes(string place, Layer<double> layer, Tensor<double> x, Mode mode, int seed)
    {
        Mode otherMode = mode == Mode.Train ? Mode.Evaluate : Mode.Train;
        ContractFinding[] broken = new LayerPromises(place, layer, x, mode, seed).Broken();
        try
        {
            return broken.Length > 0 ? broken : [.. new LayerPromises(place, layer, x, otherMode, seed).Broken()
                .Select(finding => finding with { Text = $"{finding.Text} (seen in Mode.{otherMode})", HidesGradients = false })];
        }
        catch (InputException)
        {
            return []; // such a batch is not for the other mode
        }
    }
}
