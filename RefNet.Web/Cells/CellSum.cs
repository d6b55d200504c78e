namespace RefNet.Web.Cells;

/// <summary>How one number of a layer's output comes about, written out with the numbers that it is made of.</summary>
/// <param name="Formula">The formula of this layer, with the indices of the cell.</param>
/// <param name="Groups">What is read, plane by plane.</param>
/// <param name="Lines">The way from the groups to the result, a step a line, with numbers.</param>
/// <param name="Total">What they give, in double.</param>
internal sealed record CellSum(string Formula, IReadOnlyList<CellGroup> Groups, IReadOnlyList<string> Lines, double Total)
{
    /// <summary>Added to the sum of the groups; null where nothing is.</summary>
    public float? Bias { get; init; }

    /// <summary>Whether the kernel is flipped before it is laid over x.</summary>
    public bool IsFlipped { get; init; }
}

/// <summary>The elements of one plane of an input that a cell reads.</summary>
/// <param name="Name">The plane, for people.</param>
/// <param name="Source">The path of the layer whose output it is; null for the layer's own input.</param>
/// <param name="Channel">Its place among the planes.</param>
/// <param name="Rows">The rows that are read, one for each row of the arrays; outside the plane in the padding.</param>
/// <param name="Columns">The columns, likewise.</param>
/// <param name="Inputs">What is read, row by row; 0 in the padding.</param>
/// <param name="Weights">What each is multiplied by; null where it is not.</param>
/// <param name="Sum">What this plane adds to the result.</param>
internal sealed record CellGroup(string Name, string? Source, int Channel, int[] Rows, int[] Columns, float[] Inputs, float[]? Weights, double Sum)
{
    /// <summary>The place of the element that wins, where only one does.</summary>
    public int? Winner { get; init; }
}
