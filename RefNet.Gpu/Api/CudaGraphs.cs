namespace RefNet.Gpu.Api;

/// <summary>
/// The part of the driver that records the work of a stream as a graph and launches it as one piece. Names and signatures are
/// those of cuda.h.
/// </summary>
internal sealed unsafe class CudaGraphs(CudaDriver driver, NativeExports library)
{
    private readonly delegate* unmanaged[Cdecl]<nint, int, int> cuStreamBeginCapture = (delegate* unmanaged[Cdecl]<nint, int, int>)library["cuStreamBeginCapture_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint, nint*, int> cuStreamEndCapture = (delegate* unmanaged[Cdecl]<nint, nint*, int>)library["cuStreamEndCapture"];
    private readonly delegate* unmanaged[Cdecl]<nint*, nint, ulong, int> cuGraphInstantiate = (delegate* unmanaged[Cdecl]<nint*, nint, ulong, int>)library["cuGraphInstantiateWithFlags"];
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int> cuGraphLaunch = (delegate* unmanaged[Cdecl]<nint, nint, int>)library["cuGraphLaunch"];
    private readonly delegate* unmanaged[Cdecl]<nint, int> cuGraphDestroy = (delegate* unmanaged[Cdecl]<nint, int>)library["cuGraphDestroy"];
    private readonly delegate* unmanaged[Cdecl]<nint, int> cuGraphExecDestroy = (delegate* unmanaged[Cdecl]<nint, int>)library["cuGraphExecDestroy"];

    /// <summary>Records the work that <paramref name="issue"/> puts into a stream, without doing it.</summary>
    /// <returns>A graph that can be launched.</returns>
    /// <exception cref="CudaException">A call failed, or cannot be recorded; the stream works as before.</exception>
    public nint Record(nint stream, Action issue)
    {
        nint graph = Capture(stream, issue), executable;
        try
        {
            driver.Check("cuGraphInstantiateWithFlags", cuGraphInstantiate(&executable, graph, 0));
            return executable;
        }
        finally
        {
            _ = cuGraphDestroy(graph);
        }
    }

    /// <summary>Does the work of a graph, after all earlier work of a stream.</summary>
    public void Launch(nint executable, nint stream) => driver.Check("cuGraphLaunch", cuGraphLaunch(executable, stream));

    /// <summary>Destroys a graph that is not at work; never throws.</summary>
    public void Destroy(nint executable) => _ = cuGraphExecDestroy(executable);

    private nint Capture(nint stream, Action issue)
    {
        const int ThreadLocal = 1; // calls of other threads do not matter
        nint graph = 0;
        driver.Check("cuStreamBeginCapture_v2", cuStreamBeginCapture(stream, ThreadLocal));
        try
        {
            issue();
            driver.Check("cuStreamEndCapture", cuStreamEndCapture(stream, &graph));
            return graph;
        }
        catch
        {
            // Nothing else can be done with a stream until its capture has ended.
            if (cuStreamEndCapture(stream, &graph) == 0)
                _ = cuGraphDestroy(graph);
            throw;
        }
    }
}
