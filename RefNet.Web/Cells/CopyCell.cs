namespace RefNet.Web.Cells;

/// <summary>y is an element of x: flattening, and layers that act only in training.</summary>
internal static class CopyCell
{
    public static CellSum Explain(Cell cell)
    {
        (int rows, int columns) = (Cell.RowsOf(cell.X), Cell.ColumnsOf(cell.X));
        int channel = cell.Flat / (rows * columns), row = cell.Flat / columns % rows, column = cell.Flat % columns;
        CellGroup one = cell.Group(channel, [row], [column], weights: null);
        string place = cell.X.Shape.Rank == 4 ? $"x_{channel}({row},{column})" : $"x_{channel}";
        return new CellSum($"y_{cell.Map} = {place}: nothing is computed", [one], [$"= {Numbers.Of(one.Inputs[0])}"], one.Inputs[0]);
    }
}
