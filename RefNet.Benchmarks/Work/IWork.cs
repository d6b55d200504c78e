namespace RefNet.Benchmarks.Work;

/// <summary>Work that can be repeated.</summary>
internal interface IWork
{
    /// <summary>Does it once.</summary>
    void Run();

    /// <summary>Its result, or enough of it for a comparison; read once, after the first run.</summary>
    float[] Result { get; }
}
