namespace RefNet.Tests.Gpu.Fake;

// Graphs: a stream whose work is captured does nothing until the capture ends. What the driver forbids meanwhile is refused, and spoils the capture;
// so is what nobody needs then.
internal sealed unsafe partial class FakeCuda
{
    public const int CaptureUnsupported = 900;
    public const int CaptureInvalidated = 901;
    public const int NotCapturing = 903;

    private static readonly HashSet<string> capturable =
    [
        "cuCtxSetCurrent", "cuCtxGetCurrent", "cuLaunchKernel", "cuMemcpyHtoDAsync_v2", "cuMemcpyDtoHAsync_v2", "cuStreamEndCapture",
        "cublasSgemm_v2", "cublasDgemm_v2", "cublasSgemmStridedBatched", "cublasDgemmStridedBatched",
        "cudnnSetConvolutionMathType", "cudnnConvolutionForward", "cudnnConvolutionBackwardData", "cudnnConvolutionBackwardFilter",
    ];

    private readonly Dictionary<nint, (List<(string Call, Action Work)> Work, int Age)> graphs = [];
    private readonly Dictionary<nint, int> underWay = [];
    private readonly Dictionary<nint, (nint Address, long Bytes)> workspaces = [];
    private List<(string Call, Action Work)>? captured; // null unless a stream is captured
    private bool isCaptureValid;
    private int allocations;
    private int newestForWork = int.MaxValue; // the last allocation that there was when the present work was recorded

    /// <summary>Whether the work of the stream is captured.</summary>
    public bool IsCapturing => captured is not null;

    /// <summary>Begins to capture.</summary>
    public int BeginCapture()
    {
        (captured, isCaptureValid) = ([], true);
        return 0;
    }

    /// <summary>Ends the capture, and makes a graph of it.</summary>
    public int EndCapture(nint* graph)
    {
        *graph = 0;
        if (captured is not { } work)
            return NotCapturing;
        captured = null;
        if (!isCaptureValid)
            return CaptureInvalidated;
        *graph = Make("graph");
        graphs.Add(*graph, (work, allocations));
        return 0;
    }

    /// <summary>Makes of a graph one that can be launched.</summary>
    public int Instantiate(nint* executable, nint graph)
    {
        if (!Has("graph", graph))
            return InvalidHandle;
        *executable = Make("executable graph");
        graphs.Add(*executable, graphs[graph]);
        return 0;
    }

    /// <summary>Puts the work of a graph into the queue.</summary>
    public int LaunchGraph(nint executable)
    {
        if (!Has("executable graph", executable))
            return InvalidHandle;
        (List<(string Call, Action Work)> work, int age) = graphs[executable];
        underWay[executable] = underWay.GetValueOrDefault(executable) + 1;
        return Enqueue("cuGraphLaunch", () =>
        {
            underWay[executable]--;
            newestForWork = age;
            try
            {
                foreach ((string call, Action piece) in work)
                {
                    if (!IsDone(call, piece))
                        throw new InvalidOperationException("a piece of its work failed");
                }
            }
            finally
            {
                newestForWork = int.MaxValue;
            }
        });
    }

    /// <summary>Takes back a graph that can be launched, and is not at work.</summary>
    public int GiveBackExecutable(nint executable)
    {
        if (underWay.GetValueOrDefault(executable) > 0)
            throw new InvalidOperationException("A graph was destroyed while its work was under way.");
        return GiveBack("executable graph", executable);
    }

    /// <summary>Says which memory of the card a cuBLAS uses.</summary>
    public void SetWorkspace(nint blas, nint address, long bytes) => workspaces[blas] = (address, bytes);

    /// <summary>Checks that a product of a capture would not have to allocate memory; what comes back writes to the workspace, where there is one.</summary>
    public Action UseWorkspace(nint blas)
    {
        if (!workspaces.TryGetValue(blas, out (nint Address, long Bytes) workspace) || workspace.Bytes == 0)
            return IsCapturing ? throw new InvalidOperationException("cuBLAS would allocate memory in the graph: it has no workspace.") : () => { };
        return () => new Span<byte>(Memory(FakeDriver.Card, workspace.Address, workspace.Bytes), 4096).Fill(0xFF);
    }

    private bool RefusesToCapture(string name)
    {
        if (!IsCapturing || capturable.Contains(name))
            return false;
        InvalidateCapture();
        return true;
    }

    private void InvalidateCapture() => isCaptureValid = false;
}
