namespace RefNet.Benchmarks.Work;

/// <summary>Something that can be done again and again.</summary>
internal interface IWork
{
    /// <summary>Does it once.</summary>
    void Run();

    /// <summary>What it gave, or enough of it to be compared; read once, after the first time.</summary>
    float[] Result { get; }
}
