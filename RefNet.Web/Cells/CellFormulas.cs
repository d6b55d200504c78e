using RefNet.Blocks;
using RefNet.Data.Preparation;
using RefNet.Layers;

namespace RefNet.Web.Cells;

/// <summary>The computation of a cell, by the type of its layer: one file each.</summary>
internal static class CellFormulas
{
    /// <summary>Writes out the computation.</summary>
    /// <exception cref="InputException">There is no such cell.</exception>
    public static CellSum Explain(Cell cell)
    {
        if (!cell.Exists)
            throw new InputException($"Expected a cell of an output of {cell.Y.Shape.Sample}; found map {cell.Map}, row {cell.Row}, column {cell.Column}.");
        return cell.Layer switch
        {
            Convolution2D<float> layer => ConvolutionCell.Explain(cell, layer),
            ConnectionTableConvolution2D<float> layer => ConvolutionCell.Explain(cell, layer),
            Dense<float> layer => DenseCell.Explain(cell, layer),
            EuclideanRadialBasis<float> layer => RadialBasisCell.Explain(cell, layer),
            MaxPooling2D<float> layer => PoolingCell.Explain(cell, layer),
            AveragePooling2D<float> layer => PoolingCell.Explain(cell, layer),
            Subsampling2D<float> layer => PoolingCell.Explain(cell, layer),
            GlobalAveragePooling2D<float> => PoolingCell.ExplainGlobal(cell),
            Activation<float> layer => ActivationCell.Explain(cell, layer),
            BatchNormalization<float> layer => NormalizationCell.Explain(cell, layer),
            LocalResponseNormalization<float> layer => ResponseCell.Explain(cell, layer),
            ContrastNormalization<float> layer => ContrastCell.Explain(cell, layer),
            FourierFeatures<float> layer => FourierCell.Explain(cell, layer),
            PreparedInput<float> layer => PreparedCell.Explain(cell, layer),
            Softmax<float> => SoftmaxCell.Explain(cell),
            Flatten<float> or Dropout<float> or Identity<float> or SideHead<float> => CopyCell.Explain(cell),
            Sum<float> layer => BranchCell.Explain(cell, layer),
            Concatenation<float> layer => BranchCell.Explain(cell, layer),
            Product<float> layer => BranchCell.Explain(cell, layer),
            _ => SlopesCell.Explain(cell),
        };
    }
}
