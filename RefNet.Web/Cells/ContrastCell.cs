using RefNet.Layers;

namespace RefNet.Web.Cells;

/// <summary>v = x - M x, then y = v / max(c, σ) with σ² = M v² and c the mean of σ: M is a mean over neighbours, weighted by a Gaussian. LECTURES L10.</summary>
internal static class ContrastCell
{
    public static CellSum Explain(Cell cell, ContrastNormalization<float> layer)
    {
        int[] maps = layer.AcrossMaps ? [.. Enumerable.Range(0, cell.X.Shape[1])] : [cell.Map];
        CellGroup[] groups = Window(cell, layer, maps);
        double mean = groups.Sum(group => group.Sum), x = Cell.At(cell.X, cell.Map, cell.Row, cell.Column), v = x - mean;
        (double sigma, double c) = Deviations(cell, layer, maps);
        double divisor = Math.Max(c, sigma), total = divisor == 0 ? 0 : v / divisor;
        return new CellSum(
            $"y = v / max(c, σ), with v = x_{cell.Map}({cell.Row},{cell.Column}) − M x. M is a Gaussian-weighted mean of the neighbours in {(layer.AcrossMaps ? "all maps" : "this map")}; σ² = M v², and c is the mean of σ over the image",
            groups,
            [
                $"M x = {Numbers.Sum([.. groups.Select(group => group.Sum)])}{(groups.Length > 1 ? $" = {Numbers.Of(mean)}" : "")}",
                $"v = {Numbers.Of(x)} − {Numbers.Term(mean)} = {Numbers.Of(v)}",
                $"σ = {Numbers.Of(sigma)}, from the neighbouring v; c = {Numbers.Of(c)}",
                $"= {Numbers.Of(v)} / {Numbers.Of(divisor)}{(divisor == 0 ? ", taken as 0, since the image has no contrast" : "")}",
                $"= {Numbers.Of(total)}",
            ], total);
    }

    // The neighbours inside the image, in each of the maps, with weights that sum to 1 over all.
    private static CellGroup[] Window(Cell cell, ContrastNormalization<float> layer, int[] maps)
    {
        int[] rows = Around(cell.Row, layer.Size, Cell.RowsOf(cell.X)), columns = Around(cell.Column, layer.Size, Cell.ColumnsOf(cell.X));
        double[] weights = [.. from row in rows from column in columns select Weight(layer, row - cell.Row, column - cell.Column)];
        double sum = weights.Sum() * maps.Length;
        return [.. maps.Select(map => cell.Group(map, rows, columns, [.. weights.Select(weight => (float)(weight / sum))]))];
    }

    // σ at the cell, and its mean over the image. A mean over maps and neighbours equals a mean over neighbours of the mean over maps.
    private static (double AtCell, double Mean) Deviations(Cell cell, ContrastNormalization<float> layer, int[] maps)
    {
        (int rows, int columns) = (Cell.RowsOf(cell.X), Cell.ColumnsOf(cell.X));
        double[] ofMaps = OverMaps((map, p) => Cell.At(cell.X, map, p / columns, p % columns)), mean = OverNeighbours(ofMaps);
        double[] sigma = [.. OverNeighbours(OverMaps((map, p) => Math.Pow(Cell.At(cell.X, map, p / columns, p % columns) - mean[p], 2))).Select(Math.Sqrt)];
        return (sigma[cell.Row * columns + cell.Column], sigma.Average());

        double[] OverMaps(Func<int, int, double> at) => [.. Enumerable.Range(0, rows * columns).Select(p => maps.Average(map => at(map, p)))];

        double[] OverNeighbours(double[] plane)
        {
            double[] means = new double[plane.Length];
            for (int p = 0; p < means.Length; p++)
            {
                double sum = 0, weights = 0;
                foreach (int row in Around(p / columns, layer.Size, rows))
                {
                    foreach (int column in Around(p % columns, layer.Size, columns))
                    {
                        double weight = Weight(layer, row - p / columns, column - p % columns);
                        (sum, weights) = (sum + weight * plane[row * columns + column], weights + weight);
                    }
                }

                means[p] = sum / weights;
            }

            return means;
        }
    }

    private static int[] Around(int middle, int size, int extent)
    {
        int first = Math.Max(middle - size / 2, 0), last = Math.Min(middle + size / 2, extent - 1);
        return [.. Enumerable.Range(first, last - first + 1)];
    }

    private static double Weight(ContrastNormalization<float> layer, int row, int column) => Math.Exp(-(row * row + column * column) / (2 * layer.Deviation * layer.Deviation));
}
