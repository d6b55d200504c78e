using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>The outputs of a layer as features: one row per image. Donahue et al. 2014 (DeCAF), section 3; LECTURES V2.</summary>
public static class Features
{
    /// <summary>Computes the features.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The path of any layer.</param>
    /// <param name="batches">Images, batch by batch.</param>
    /// <returns>N x D.</returns>
    public static double[,] Of<T>(Network<T> network, string path, IEnumerable<Tensor<T>> batches) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Layer<T> layer = network[path];
        List<double[]> rows = [];
        foreach (Tensor<T> x in batches)
        {
            network.Forward(x, Mode.Evaluate);
            for (int n = 0; n < x.Shape[0]; n++)
                rows.Add([.. layer.Output!.Sample(n).ToArray().Select(value => double.CreateChecked(value))]);
        }

        double[,] table = new double[rows.Count, rows.Count > 0 ? rows[0].Length : 0];
        foreach ((int n, double[] row) in rows.Index())
        {
            for (int k = 0; k < row.Length; k++)
                table[n, k] = row[k];
        }

        return table;
    }
}
