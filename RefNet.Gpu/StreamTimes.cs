using RefNet.Gpu.Api;

namespace RefNet.Gpu;

/// <summary>The kinds of work that a card does.</summary>
internal enum StreamWork
{
    /// <summary>Over the bus, in both directions.</summary>
    Copies,

    /// <summary>RefNet's own kernels: columns, sums of columns, bias.</summary>
    Kernels,

    /// <summary>Matrix products of cuBLAS.</summary>
    Products,
}

/// <summary>
/// How long a card takes for each kind of work, by its own clock: a mark stands in the queue before and behind each piece.
/// Within a turn. It costs two calls a piece, so it is there only where somebody measures.
/// </summary>
internal sealed class StreamTimes(CudaDevice device) : IDisposable
{
    private readonly double[] seconds = new double[Enum.GetValues<StreamWork>().Length];
    private readonly List<(StreamWork Work, nint Start, nint End)> underWay = [];
    private readonly Stack<nint> idle = [];
    private readonly List<nint> all = [];

    private CudaDriver Driver => device.Api.Driver;

    /// <summary>The seconds of all work of a kind that was waited for.</summary>
    public double this[StreamWork work] => seconds[(int)work];

    /// <summary>How many pieces of work were waited for.</summary>
    public int Pieces { get; private set; }

    /// <summary>Counts from 0 again.</summary>
    public void Clear()
    {
        Array.Clear(seconds);
        Pieces = 0;
    }

    /// <summary>Sets the mark before a piece of work.</summary>
    public void Begin(StreamWork work)
    {
        nint start = Mark(), end = Mark();
        Driver.Record(start, device.Stream);
        underWay.Add((work, start, end));
    }

    /// <summary>Sets the mark behind it.</summary>
    public void End() => Driver.Record(underWay[^1].End, device.Stream);

    /// <summary>Adds up what lies between the marks, all of which the card has passed.</summary>
    public void AddUp()
    {
        foreach ((StreamWork work, nint start, nint end) in underWay)
            seconds[(int)work] += Driver.SecondsBetween(start, end);
        Pieces += underWay.Count;
        Drop();
    }

    /// <summary>Forgets what is under way.</summary>
    public void Drop()
    {
        foreach ((_, nint start, nint end) in underWay)
        {
            idle.Push(start);
            idle.Push(end);
        }

        underWay.Clear();
    }

    /// <summary>Gives the marks back.</summary>
    public void Dispose()
    {
        foreach (nint mark in all)
            Driver.DestroyEvent(mark);
    }

    private nint Mark()
    {
        if (idle.TryPop(out nint mark))
            return mark;
        mark = Driver.CreateEvent();
        all.Add(mark);
        return mark;
    }
}
