namespace RefNet.Gpu;

/// <summary>
/// Which elementwise kernels become one (fused.cu): a bias, batch normalisation or addition, and then the addition or activation that reads its
/// result, element by element. All results are written, with the same bits.
/// </summary>
internal static class KernelFusion
{
    private const string Add = "add", Map = "map", Average = "average";

    // The first may be the result of a fusion itself.
    private static readonly HashSet<string> first = ["add_to_channels", "normalize", Add, "normalize_add"];
    private static readonly HashSet<string> all = ["add_to_channels_map", "normalize_map", "normalize_add", "normalize_add_map", "add_map"];

    /// <summary>Whether a kernel may be the first of two.</summary>
    public static bool MayBegin(string kernel) => first.Contains(kernel);

    /// <summary>Whether the second of two launches may come before the first: batch normalisation updates its running averages between its result and what reads it.</summary>
    public static bool MayOvertake(in KernelLaunch held, in KernelLaunch next) =>
        next.Kernel == Average && !held.Uses(next.Result) && held.Result != next[3];

    /// <summary>The kernel that does what two launches do, and the arguments of the second that it takes; null if there is none.</summary>
    public static (string Kernel, int[] Arguments)? Find(in KernelLaunch held, in KernelLaunch next)
    {
        string kernel = $"{held.Kernel}_{next.Kernel}";
        if (!all.Contains(kernel) || held[0] != next[0])
            return null;
        return next.Kernel switch
        {
            Map when next[3] == held.Result => (kernel, [1, 2, 4]), // count, function, parameter, x, y
            Add when next[1] == held.Result => (kernel, [2, 3]),    // count, a, b, c
            Add when next[2] == held.Result => (kernel, [1, 3]),
            _ => null,
        };
    }
}
