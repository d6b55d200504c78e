using System.Numerics;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>A position in an image to which a map responds.</summary>
/// <param name="Image">The index of the image in the batches, from 0.</param>
/// <param name="Row">The row in the map.</param>
/// <param name="Column">The column in the map.</param>
/// <param name="Activation">The value of the map there.</param>
/// <param name="Field">The pixels that it depends on.</param>
public sealed record TopPatch(int Image, int Row, int Column, double Activation, Region Field);

/// <summary>
/// The patches of some images to which a map responds most strongly, at most one per image. Zeiler and Fergus 2014, section 4.1 and figure 2;
/// LECTURES V2.
/// </summary>
public static class TopPatches
{
    /// <summary>Finds the patches.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The path of a layer that gives maps.</param>
    /// <param name="batches">Images, batch by batch.</param>
    /// <param name="count">The number of patches per map, 1 or more; the paper shows 9.</param>
    /// <returns>The patches of each map, the strongest first; of equal ones the earlier image first.</returns>
    public static IReadOnlyList<IReadOnlyList<TopPatch>> Of<T>(Network<T> network, string path, IEnumerable<Tensor<T>> batches, int count = 9)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Layer<T> layer = MapLayers.Find(network, path);
        List<TopPatch>[]? best = null;
        int images = 0;
        foreach (Tensor<T> x in batches)
        {
            network.Forward(x, Mode.Evaluate);
            Tensor<T> maps = layer.Output!;
            best ??= [.. Enumerable.Range(0, maps.Shape[1]).Select(_ => new List<TopPatch>())];
            for (int k = 0; k < best.Length; k++)
            {
                for (int n = 0; n < maps.Shape[0]; n++)
                    Keep(best[k], images + n, maps.Plane(n, k), maps.Shape[3], count);
            }

            images += x.Shape[0];
        }

        Shape image = network.InputShape;
        return [.. (best ?? []).Select(patches => patches.Select(patch => patch with { Field = ReceptiveField.Of(network, path, patch.Row, patch.Column, image) }).ToArray())];
    }

    private static void Keep<T>(List<TopPatch> best, int image, ReadOnlySpan<T> map, int columns, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int at = ClassScores<T>.LargestOf(map);
        double activation = double.CreateChecked(map[at]);
        int rank = best.FindIndex(patch => patch.Activation < activation);
        if (rank < 0 && best.Count == count)
            return;
        best.Insert(rank < 0 ? best.Count : rank, new TopPatch(image, at / columns, at % columns, activation, default));
        if (best.Count > count)
            best.RemoveAt(count);
    }
}
