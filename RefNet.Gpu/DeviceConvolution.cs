using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>
/// A convolution as cuBLAS products with the columns of images (convolution.cu), which are written band by band: some
/// images, or some rows of one.
/// </summary>
/// <remarks>
/// Each large image is a separate product, all of a band in one batch, which reads and writes maps in place. Small
/// images, whose products would leave tiles of cuBLAS half empty, are combined into one product, and a kernel swaps
/// the axes of their maps; so are all images in dW += dY Xᵀ, where the sum over the images is part of the product.
/// For a 1 x 1 kernel at every position the columns are the image itself; the gradients of large images are then a batch
/// of products, which a kernel adds up.
/// </remarks>
internal sealed class DeviceConvolution<T>(CudaBackend<T> backend, ConvolutionGeometry geometry, int groups) : IConvolution<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether it is a product with the images themselves: a 1 x 1 kernel at every position.</summary>
    public bool ReadsImages { get; } = geometry.Rows == new Window(1) && geometry.Columns == new Window(1);

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        (nint addressX, nint addressW, nint addressY) = (backend.Read(x), backend.Read(w), backend.Write(y));
        foreach (Piece piece in PiecesOf(x.Shape, y.Shape, sideBySide: AreSmall(y)))
        {
            Operand columns = piece.Columns(addressX), maps = piece.Maps(addressY), product = piece.SwapsMaps ? piece.SwappedMaps : maps;
            MakeColumns(piece, addressX, columns);
            backend.Products(transposeA: false, transposeB: false, piece.P, piece.F, piece.R,        // Y = W X
                columns, piece.Weights(addressW), T.Zero, product, piece.Products, groups);
            if (piece.SwapsMaps)
                SwapAxes(piece, y.Shape[1], piece.Images, product, maps);
        }

        if (b is not null)
            backend.AddBias(b, y);                                                                   // Y += b 1ᵀ
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        (nint addressX, nint addressDY, nint addressDW) = (backend.Read(x), backend.Read(dY), backend.Change(dW));
        if (ReadsImages && !AreSmall(dY) && (long)x.Shape[0] * dW.Count <= MostColumns)
        {
            AddProductsOfImages(x.Shape, dY.Shape, dW.Count, addressX, addressDY, addressDW);
            return;
        }

        foreach (Piece piece in PiecesOf(x.Shape, dY.Shape, sideBySide: true))
        {
            Operand columns = piece.Columns(addressX), maps = piece.Maps(addressDY);
            MakeColumns(piece, addressX, columns);
            if (piece.SwapsMaps)
            {
                SwapAxes(piece, piece.Images, dY.Shape[1], maps, piece.SwappedMaps);
                maps = piece.SwappedMaps;
            }

            backend.Products(transposeA: true, transposeB: false, piece.R, piece.F, piece.P,         // dW += dY Xᵀ
                columns, maps, T.One, piece.Weights(addressDW), piece.Products, groups);
        }
    }

    // One product for all images would need their maps side by side, and one after another would leave most of the card idle.
    private void AddProductsOfImages(Shape x, Shape dY, int weights, nint addressX, nint addressDY, nint addressDW)
    {
        Piece piece = PiecesOf(x, dY, sideBySide: false).Single();
        nint products = backend.Scratch((long)piece.Images * weights);
        backend.Products(transposeA: true, transposeB: false, piece.R, piece.F, piece.P,             // dY Xᵀ of each image
            piece.Columns(addressX), piece.Maps(addressDY), T.Zero, piece.Weights(products) with { ImageStride = weights }, piece.Images, groups);
        backend.ForEach("add_images", weights, weights, piece.Images, products, addressDW);          // dW += their sum
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        (nint addressW, nint addressDY, nint addressDX) = (backend.Read(w), backend.Read(dY), backend.Write(dX));
        foreach (Piece piece in PiecesOf(dX.Shape, dY.Shape, sideBySide: AreSmall(dY)))
        {
            Operand columns = piece.Columns(addressDX), maps = piece.Maps(addressDY);
            if (piece.SwapsMaps)
            {
                SwapAxes(piece, piece.Images, dY.Shape[1], maps, piece.SwappedMaps);
                maps = piece.SwappedMaps;
            }

            backend.Products(transposeA: false, transposeB: true, piece.P, piece.R, piece.F,         // dX = Wᵀ dY
                maps, piece.Weights(addressW), T.Zero, columns, piece.Products, groups);
            AddUpColumns(piece, addressDX, columns);
        }
    }

    // The largest number of elements of columns.
    private long MostColumns => Math.Min(backend.Options.ColumnBytes / Unsafe.SizeOf<T>(), int.MaxValue);

    private bool AreSmall(Tensor<T> y) => y.Shape[2] * y.Shape[3] < backend.Options.LargePositions;

    private unsafe void MakeColumns(Piece piece, nint batch, Operand columns)
    {
        ColumnBand band = piece.Band;
        if (piece.HasColumns)
            backend.ForEach("images_to_columns", piece.PositionsOfChannels, KernelArgument<T>.Of(&band), piece.Image(batch), columns.Address);
    }

    private unsafe void AddUpColumns(Piece piece, nint batch, Operand columns)
    {
        ColumnBand band = piece.Band;
        if (piece.HasColumns)
            backend.ForEach("columns_to_images", piece.ImageElements, KernelArgument<T>.Of(&band), columns.Address, piece.Image(batch));
    }

    // Maps of images to images of maps, or back.
    private void SwapAxes(Piece piece, int rows, int columns, Operand from, Operand to)
    {
        (Divisor divisor, Divisor positions) = (rows, piece.Band.Positions);
        backend.ForEach("swap_axes", piece.MapElements, piece.MapElements, divisor, columns, positions, from.Address, to.Address);
    }

    // Pieces of equal size, as large as the room for columns allows.
    private IEnumerable<Piece> PiecesOf(Shape x, Shape y, bool sideBySide)
    {
        (int samples, int rows) = (y[0], y[2]);
        long ofRow = (long)x[1] * geometry.Taps * y[3], most = MostColumns;
        if (ofRow > int.MaxValue)
            throw new ShapeException("Convolution", $"rows whose columns have at most {int.MaxValue} elements, not {ofRow}", x.Sample);
        bool hasColumns = !ReadsImages || sideBySide;
        int bands = hasColumns ? (int)Math.Clamp((ofRow * rows + most - 1) / most, 1, rows) : 1;
        int images = Even(samples, hasColumns ? (int)Math.Clamp(most / (ofRow * rows), 1, samples) : samples);
        int bandRows = Even(rows, (rows + bands - 1) / bands);
        nint memory = hasColumns ? backend.Scratch(images * (Aligned(ofRow * bandRows) + (sideBySide && images > 1 ? (long)y.Sample.Count : 0))) : 0;
        for (int first = 0; first < samples; first += images)
        {
            for (int row = 0; row < rows; row += bandRows)
            {
                ColumnBand band = new(geometry, x.Sample, Math.Min(images, samples - first), row, Math.Min(bandRows, rows - row), sideBySide);
                yield return new Piece(band, geometry.Taps, x, y, groups, first, memory, sideBySide);
            }
        }

        static int Even(int count, int most) => (count + (count + most - 1) / most - 1) / ((count + most - 1) / most);
    }

    // A number of elements, rounded up to a multiple of 256 bytes, the best alignment.
    private static long Aligned(long elements) => (elements + 63) / 64 * 64;

    // The extents of the products of a piece, and the addresses of its operands. A piece of several images has all their rows.
    private readonly struct Piece(ColumnBand band, int taps, Shape x, Shape y, int groups, int first, nint memory, bool sideBySide)
    {
        private readonly int imagePositions = y[2] * y[3];

        public ColumnBand Band => band;

        /// <summary>Whether X is written; otherwise it is the images themselves.</summary>
        public bool HasColumns => memory != 0;

        /// <summary>Whether the maps of a product are in a different order from those of a tensor.</summary>
        public bool SwapsMaps => sideBySide && Images > 1;

        public int Images => (int)band.Images.Value;

        /// <summary>N: one product per image, or one for all.</summary>
        public int Products => sideBySide ? 1 : Images;

        public int R => x[1] * taps / groups;

        public int F => y[1] / groups;

        public int P => sideBySide ? Images * (int)band.Positions.Value : (int)band.Positions.Value;

        public int PositionsOfChannels => x[1] * Images * (int)band.Positions.Value;

        public int ImageElements => Images * x.Sample.Count;

        public int MapElements => Images * y.Sample.Count;

        public nint Image(nint batch) => CudaBackend<T>.At(batch, (long)first * x.Sample.Count);

        /// <summary>X.</summary>
        public Operand Columns(nint batch) => HasColumns
            ? new(memory, P, (long)x[1] * taps * P, (long)R * P)
            : new(Image(batch), P, x.Sample.Count, (long)R * P);

        /// <summary>W.</summary>
        public Operand Weights(nint weights) => new(weights, R, 0, (long)F * R);

        /// <summary>Y in the order of the tensor.</summary>
        public Operand Maps(nint batch) => new(
            CudaBackend<T>.At(batch, (long)first * y.Sample.Count + (long)band.FirstOutputRow * y[3]), imagePositions, y.Sample.Count, (long)F * imagePositions);

        /// <summary>Y with the maps of each channel next to each other, stored after the columns.</summary>
        public Operand SwappedMaps => new(CudaBackend<T>.At(memory, Aligned((long)x[1] * taps * P)), P, 0, (long)F * P);
    }
}
