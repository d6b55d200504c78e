namespace RefNet.Web.Cells;

/// <summary>The computation of one element of a layer's output, written out with its numbers.</summary>
/// <param name="Formula">The formula of this layer, with the indices of the cell.</param>
/// <param name="Groups">The inputs, plane by plane.</param>
/// <param name="Lines">The steps from the groups to the result, one per line, with numbers.</param>
/// <param name="Total">The result, in double.</param>
internal sealed record CellSum(string Formula, IReadOnlyList<CellGroup> Groups, IReadOnlyList<string> Lines, double Total)
{
    /// <summary>The bias added to the sum of the groups; null if there is none.</summary>
    public float? Bias { get; init; }

    /// <summary>Whether the kernel is flipped before it is applied to x.</summary>
    public bool IsFlipped { get; init; }
}

/// <summary>The elements of one plane of an input that a cell reads.</summary>
/// <param name="Name">The display name of the plane.</param>
/// <param name="Source">The path of the layer whose output it is; null for the layer's own input.</param>
/// <param name="Channel">Its index among the planes.</param>
/// <param name="Rows">The rows read, one for each row of the arrays; outside the plane in the padding.</param>
/// <param name="Columns">The columns, likewise.</param>
/// <param name="Inputs">The elements read, row by row; 0 in the padding.</param>
/// <param name="Weights">The factor of each; null if there are none.</param>
/// <param name="Sum">The contribution of this plane to the result.</param>
internal sealed record CellGroup(string Name, string? Source, int Channel, int[] Rows, int[] Columns, float[] Inputs, float[]? Weights, double Sum)
{
    /// <summary>The index of the winning element, where there is one.</summary>
    public int? Winner { get; init; }
}
