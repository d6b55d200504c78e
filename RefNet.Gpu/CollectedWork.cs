using RefNet.Gpu.Api;

namespace RefNet.Gpu;

/// <summary>
/// Work for the stream that waits for more. Without graphs, that is a launch of a kernel that may become one with the next: see
/// <see cref="KernelFusion"/>. With graphs, work is collected until the host needs its results, and then launched as one graph if the same
/// work, argument by argument, was done before. So the code of layers runs in every step, and a step that differs is computed as it is.
/// </summary>
/// <remarks>
/// The first time, a sequence is issued piece by piece; the second time it is recorded, by a capture of the stream. Its addresses are
/// those of that time: graphs are destroyed before memory is freed. Used within a turn.
/// </remarks>
internal sealed class CollectedWork(CudaDevice device) : IDisposable
{
    // So many pieces are launched without waiting for more: enough that the launch costs little, few enough that the card begins.
    private const int MostPieces = 128;

    // A graph of fewer is not faster than their launches.
    private const int FewestPieces = 4;

    private const int MostSequences = 32;

    private readonly List<IStreamPiece> collected = [];
    private readonly List<Sequence> known = []; // the one that was not used for the longest time first
    private bool varies;

    /// <summary>Whether there are graphs.</summary>
    public bool UsesGraphs { get; set; }

    /// <summary>Whether every sequence is recorded at once, however short.</summary>
    public bool RecordsAtOnce { get; set; }

    private CudaGraphs Graphs => device.Api.Driver.Graphs;

    private bool MakesGraphs => UsesGraphs && device.Times is null;

    /// <summary>The number of graphs that can be launched now.</summary>
    public int Count => known.Count(sequence => sequence.Graph != 0);

    /// <summary>The launch that was added last, if it may become one with the next; null otherwise. It can then be replaced by that one.</summary>
    public KernelLaunch? Held
    {
        get => collected is [.., KernelLaunch last] && KernelFusion.MayBegin(last.Kernel) ? last : null;
        set => collected[^1] = value!.Value;
    }

    /// <summary>Adds a piece. Those that vary from step to step are sequences of their own, so that the others stay the same.</summary>
    public void Add<TPiece>(in TPiece piece) where TPiece : struct, IStreamPiece
    {
        if (piece is KernelLaunch launch)
            AddLaunch(launch);
        else
            Append(piece, thisVaries: false);
    }

    /// <summary>Puts what was collected into the stream.</summary>
    /// <exception cref="CudaException">A call failed; what was collected is lost.</exception>
    public void Launch()
    {
        try
        {
            if (MakesGraphs && (collected.Count >= FewestPieces || RecordsAtOnce))
                LaunchGraph();
            else
                IssueAll();
        }
        finally
        {
            collected.Clear();
        }
    }

    /// <summary>Destroys all graphs, once the card has done its work, because memory is about to be freed; never throws.</summary>
    public void Forget()
    {
        if (Count > 0)
            device.Api.Driver.TrySynchronize(device.Stream);
        foreach (Sequence sequence in known)
            Destroy(sequence);
        known.Clear();
    }

    /// <summary>Drops what was collected, and destroys all graphs.</summary>
    public void Dispose()
    {
        collected.Clear();
        Forget();
    }

    private void AddLaunch(in KernelLaunch launch)
    {
        if (Held is not { } held || !KernelFusion.MayOvertake(held, launch))
            Append(launch, launch.Varies);
        else if (MakesGraphs)
            collected.Insert(collected.Count - 1, launch);
        else
            Issue(launch);
    }

    private void Append<TPiece>(in TPiece piece, bool thisVaries) where TPiece : struct, IStreamPiece
    {
        if (!MakesGraphs || thisVaries != varies || collected.Count >= MostPieces)
            Launch();
        varies = thisVaries;
        if (MakesGraphs || (piece is KernelLaunch launch && KernelFusion.MayBegin(launch.Kernel)))
            collected.Add(piece);
        else
            Issue(piece);
    }

    private void LaunchGraph()
    {
        if (collected.Count == 0)
            return;
        int place = known.FindLastIndex(sequence => sequence.Is(collected));
        Sequence found = place < 0 ? new Sequence([.. collected]) : known[place];
        if (place >= 0)
            known.RemoveAt(place);
        else if (known.Count == MostSequences)
            RemoveOldest();
        known.Add(found);

        if (place < 0 && !RecordsAtOnce)
        {
            IssueAll();
            return;
        }

        if (found.Graph == 0)
            found.Graph = Graphs.Record(device.Stream, IssueAll);
        Graphs.Launch(found.Graph, device.Stream);
    }

    private void IssueAll()
    {
        foreach (IStreamPiece piece in collected)
            Issue(piece);
    }

    private void Issue<TPiece>(in TPiece piece) where TPiece : IStreamPiece
    {
        device.Times?.Begin(piece.Kind, piece.Name);
        piece.Issue(device);
        device.Times?.End();
    }

    // The card may still be at work on its graph.
    private void RemoveOldest()
    {
        if (known[0].Graph != 0)
            device.Api.Driver.TrySynchronize(device.Stream);
        Destroy(known[0]);
        known.RemoveAt(0);
    }

    private void Destroy(Sequence sequence)
    {
        if (sequence.Graph != 0)
            Graphs.Destroy(sequence.Graph);
    }

    private sealed class Sequence(IStreamPiece[] pieces)
    {
        /// <summary>The graph; 0 until it is recorded.</summary>
        public nint Graph { get; set; }

        /// <summary>Whether it consists of these pieces.</summary>
        public bool Is(List<IStreamPiece> others)
        {
            if (others.Count != pieces.Length)
                return false;
            for (int i = 0; i < pieces.Length; i++)
            {
                if (!pieces[i].Equals(others[i]))
                    return false;
            }

            return true;
        }
    }
}
