using System.Threading.Channels;

namespace RefNet.Web.Trainings;

/// <summary>An event of a training for the page.</summary>
/// <param name="Name">progress, epoch, filters, mistakes or state.</param>
/// <param name="Data">Its data, for JSON.</param>
internal sealed record TrainingEvent(string Name, object Data);

/// <summary>The events of a training, for present listeners and for later ones: all epochs, and the newest of each other kind.</summary>
internal sealed class TrainingEvents
{
    // A slow reader must not delay training: older events are dropped.
    private const int MostUnread = 256;

    private readonly Lock gate = new();
    private readonly List<TrainingEvent> past = [];
    private readonly List<Channel<TrainingEvent>> listeners = [];
    private bool isOver;

    /// <summary>Publishes an event.</summary>
    public void Tell(TrainingEvent what)
    {
        lock (gate)
        {
            if (what.Name != "epoch")
                past.RemoveAll(old => old.Name == what.Name);
            past.Add(what);
            foreach (Channel<TrainingEvent> listener in listeners)
                listener.Writer.TryWrite(what);
        }
    }

    /// <summary>Ends all listening after the published events.</summary>
    public void End()
    {
        lock (gate)
        {
            isOver = true;
            foreach (Channel<TrainingEvent> listener in listeners)
                listener.Writer.TryComplete();
        }
    }

    /// <summary>The past events, then new ones as they happen.</summary>
    public async IAsyncEnumerable<TrainingEvent> Listen([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        Channel<TrainingEvent> channel = Channel.CreateBounded<TrainingEvent>(new BoundedChannelOptions(MostUnread) { FullMode = BoundedChannelFullMode.DropOldest });
        TrainingEvent[] before;
        lock (gate)
        {
            before = [.. past];
            if (isOver)
                channel.Writer.TryComplete();
            else
                listeners.Add(channel);
        }

        try
        {
            foreach (TrainingEvent what in before)
                yield return what;
            await foreach (TrainingEvent what in channel.Reader.ReadAllAsync(cancellation))
                yield return what;
        }
        finally
        {
            lock (gate)
                listeners.Remove(channel);
        }
    }
}
