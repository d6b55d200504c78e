using RefNet.Gpu.Api;

namespace RefNet.Gpu;

/// <summary>The kinds of work that a card does.</summary>
internal enum StreamWork
{
    /// <summary>Transfers over the bus, in both directions.</summary>
    Copies,

    /// <summary>RefNet's own kernels: columns, sums of columns, bias.</summary>
    Kernels,

    /// <summary>Matrix products of cuBLAS, and convolutions of cuDNN.</summary>
    Products,
}

/// <summary>
/// How long a card takes for each kind of work, by its own clock: an event is recorded before and after each piece.
/// Used within a turn. It costs two calls per piece, so it is used only for measuring.
/// </summary>
internal sealed class StreamTimes(CudaDevice device) : IDisposable
{
    private readonly double[] seconds = new double[Enum.GetValues<StreamWork>().Length];
    private readonly Dictionary<string, (int Count, double Seconds)> named = [];
    private readonly List<(StreamWork Work, string Name, nint Start, nint End)> underWay = [];
    private readonly Stack<nint> idle = [];
    private readonly List<nint> all = [];

    private CudaDriver Driver => device.Api.Driver;

    /// <summary>The total seconds of completed work of one kind.</summary>
    public double this[StreamWork work] => seconds[(int)work];

    /// <summary>The number of completed pieces of work, and their total seconds, by what they are.</summary>
    public IReadOnlyDictionary<string, (int Count, double Seconds)> Named => named;

    /// <summary>The number of completed pieces of work.</summary>
    public int Pieces => named.Values.Sum(pieces => pieces.Count);

    /// <summary>Resets all counts to 0.</summary>
    public void Clear()
    {
        Array.Clear(seconds);
        named.Clear();
    }

    /// <summary>Records the event before a piece of work.</summary>
    public void Begin(StreamWork work, string name)
    {
        nint start = Mark(), end = Mark();
        Driver.Record(start, device.Stream);
        underWay.Add((work, name, start, end));
    }

    /// <summary>Records the event after it.</summary>
    public void End() => Driver.Record(underWay[^1].End, device.Stream);

    /// <summary>Adds the times between the events, all of which are complete.</summary>
    public void AddUp()
    {
        foreach ((StreamWork work, string name, nint start, nint end) in underWay)
        {
            double time = Driver.SecondsBetween(start, end);
            seconds[(int)work] += time;
            (int count, double sum) = named.GetValueOrDefault(name);
            named[name] = (count + 1, sum + time);
        }

        Drop();
    }

    /// <summary>Discards pending measurements.</summary>
    public void Drop()
    {
        foreach ((_, _, nint start, nint end) in underWay)
        {
            idle.Push(start);
            idle.Push(end);
        }

        underWay.Clear();
    }

    /// <summary>Destroys the events.</summary>
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
