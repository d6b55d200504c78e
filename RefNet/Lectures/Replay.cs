namespace RefNet.Lectures;

/// <summary>
/// One row of docs/lectures.md, recomputed: the content of a slide, compared with the results of RefNet's layers. An erratum
/// also says why; a row that can only be cited has a text and no computation.
/// </summary>
public sealed class Replay
{
    private readonly Action<Notes>? compute;

    internal Replay(string id, string series, string title, string slide, string? why = null, Action<Notes>? compute = null, bool isRemark = false)
    {
        Id = id;
        Series = series;
        Title = title;
        Slide = slide;
        Why = why;
        IsRemark = isRemark;
        this.compute = compute;
    }

    /// <summary>The row: X1, Y24.</summary>
    public string Id { get; }

    /// <summary>The lecture series that show it: S1 or S0,S2.</summary>
    public string Series { get; }

    /// <summary>Its topic, in a few words.</summary>
    public string Title { get; }

    /// <summary>What the slide shows or says.</summary>
    public string Slide { get; }

    /// <summary>For an erratum, what is right and why; for a remark or a citation, what readers should know; null for a correct example.</summary>
    public string? Why { get; }

    /// <summary>Whether nothing is computed: a matter of dates, names or measurements by others.</summary>
    public bool IsCitation => compute is null;

    /// <summary>Whether the slide is correct, but needs a remark.</summary>
    public bool IsRemark { get; }

    /// <summary>Whether the slide needs correction.</summary>
    public bool IsErratum => !IsCitation && !IsRemark && Why is not null;

    /// <summary>Computes the row.</summary>
    public ReplayResult Run()
    {
        Notes notes = new();
        try
        {
            compute?.Invoke(notes);
        }
        catch (Exception error) when (error is InputException or ArgumentException or InvalidOperationException or ArithmeticException or IndexOutOfRangeException)
        {
            notes.Holds($"the computation ends; it stopped with '{error.Message}'", false);
        }

        return new ReplayResult(this, notes.Lines);
    }
}
