namespace RefNet.Gpu;

/// <summary>The threads that run a kernel: blocks in two directions, of threads in two directions. Any grid gives what a kernel says; how fast, it decides.</summary>
internal readonly record struct LaunchGrid(int Blocks, int BlockRows, int Threads, int ThreadRows)
{
    private const int Warp = 32;
    private const int MostThreads = 256;
    private const int MostBlockRows = 65_535;
    private const int BlocksPerMultiprocessor = 32;

    /// <summary>A thread for each element of so many rows, a row of blocks for each row; fewer where a card has its hands full.</summary>
    public static LaunchGrid OfElements(long elements, int rows, int multiprocessors)
    {
        int threads = (int)Math.Min(RoundUp(elements, Warp), MostThreads);
        int most = multiprocessors * BlocksPerMultiprocessor;
        return new LaunchGrid(
            (int)Math.Min(RoundUp(elements, threads) / threads, Math.Max(most / rows, 1)), Math.Min(rows, MostBlockRows), threads, 1);
    }

    /// <summary>A block for each row of so many elements, which its threads share.</summary>
    public static LaunchGrid OfRows(int rows, long elements, int multiprocessors) =>
        new(Math.Min(rows, multiprocessors * BlocksPerMultiprocessor), 1, (int)Math.Min(RoundUp(elements, Warp), MostThreads), 1);

    /// <summary>A column of threads for each of so many columns, a warp of columns side by side.</summary>
    public static LaunchGrid OfColumns(int rows, int columns) =>
        new((columns + Warp - 1) / Warp, 1, Warp, Math.Min(rows, MostThreads / 8));

    private static long RoundUp(long count, int unit) => (count + unit - 1) / unit * unit;
}
