using System.Globalization;
using RefNet.Gpu;

namespace RefNet.Benchmarks.Gpu;

/// <summary>
/// How fast and how exact each deterministic algorithm of cuDNN is: what the choice of CudnnPlan was made from. Winograd's algorithm for 5x5
/// kernels, which is never chosen, is expected to be wrong here.
/// </summary>
internal static class AlgorithmTable
{
    // There are many, and a tenth is enough to tell them apart.
    private const double Share = 0.1;

    public static bool Write(CudaProbe probe, GpuShapes shapes)
    {
        if (!probe.Cudnn.IsFound)
        {
            Console.WriteLine("\nThe table of the algorithms needs cuDNN.");
            return true;
        }

        bool isRight = true;
        using CudaBackend<float> card = probe.OpenBackend<float>();
        Clock.WriteHead("Algorithms of cuDNN, by the speed that it expects", "layer", "difference", "its time", "by columns");
        foreach (bool tf32 in new[] { false, true })
        {
            using CudaBackend<float> withCudnn = probe.OpenBackend<float>(new CudaOptions { UseCudnn = true, AllowTf32 = tf32, CudnnChannels = 1 });
            foreach ((string of, int[] extents) in shapes.Convolutions)
            {
                ConvolutionPasses byColumns = new(extents, card), byAlgorithms = new(extents, withCudnn);
                foreach ((int pass, string name) in ConvolutionPasses.Names.Index())
                {
                    float[] expected = byColumns.Result(pass);
                    double columns = Clock.Best(() => byColumns.Run(pass), Share * Clock.MostSeconds);
                    foreach ((CudnnPlan<float>.Step algorithm, Action run) in byAlgorithms.Algorithms(pass))
                    {
                        string row = string.Create(CultureInfo.InvariantCulture,
                            $"{of} {name}, {string.Join(' ', extents)}{(tf32 ? ", TF32" : "")}, algorithm {algorithm.Algorithm}, {algorithm.Math}, {algorithm.WorkspaceBytes >> 20} MiB");
                        isRight &= Clock.Try(row, () =>
                            Clock.WriteRow(row, Clock.Difference(byAlgorithms.Result(pass, run), expected), Clock.Best(run, Share * Clock.MostSeconds), columns));
                    }
                }
            }
        }

        return isRight;
    }
}
