using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>
/// Checks the contract of a layer beyond its mathematics, in both modes: first each layer inside a block alone, so that the
/// layer at fault is named, then the block.
/// </summary>
internal static class ContractCheck
{
    /// <summary>Lists the broken promises; parameters, gradients and buffers are restored when it ends.</summary>
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

    // Each gets its own random numbers instead of the output of the layer before: a layer that clips its input in place would
    // change nothing in an input that is clipped already.
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

    // A promise broken in both modes is reported once.
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
            return []; // the batch does not suit the other mode
        }
    }
}
