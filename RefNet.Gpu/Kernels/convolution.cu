// Convolution as a product: the columns of an image are a matrix, channels * taps x output positions, of what each tap
// of the kernel reads at each output position, with 0 in the padding.
#include "common.cuh"

// Some output rows of some images; the fields of ColumnBand.cs.
struct ColumnBand
{
    Divisor images, channels, height, width, outputColumns;
    Divisor positions;                       // rows of the band * output columns
    int kernelRows, kernelColumns;
    int firstOutputRow, outputRows;          // of the band
    int firstRow, rowStep;                   // tap row u reads row  firstRow + u rowStep + i rowStride  for output row i
    Divisor rowStride;
    int firstColumn, columnStep;
    Divisor columnStride;
    unsigned imageStride, tapStride;         // in the columns: from one image, and from one tap of a channel, to the next
};

// columns = what the taps read. The flip of the kernel is in firstRow and rowStep. A thread takes all taps of a position in a
// channel: this needs few divisions, and values that neighbours read again are still in the cache.
KERNEL images_to_columns(ColumnBand s, const REAL* images, REAL* columns)
{
    FOR_EACH(e, s.channels.value * s.images.value * s.positions.value)
    {
        unsigned p = e % s.positions, n = e / s.positions % s.images, c = e / s.positions / s.images;
        int firstRow = s.firstRow + (s.firstOutputRow + (int)(p / s.outputColumns)) * (int)s.rowStride.value;
        int firstColumn = s.firstColumn + (int)(p % s.outputColumns) * (int)s.columnStride.value;
        const REAL* plane = images + (n * s.channels.value + c) * s.height.value * s.width.value;
        REAL* column = columns + n * s.imageStride + c * s.kernelRows * s.kernelColumns * s.tapStride + p;
        for (int u = 0; u < s.kernelRows; u++)
        {
            int row = firstRow + u * s.rowStep;
            for (int v = 0; v < s.kernelColumns; v++, column += s.tapStride)
            {
                int at = firstColumn + v * s.columnStep;
                bool isInside = row >= 0 && row < (int)s.height.value && at >= 0 && at < (int)s.width.value;
                *column = isInside ? plane[row * (int)s.width.value + at] : 0;
            }
        }
    }
}

// images = the sums of the copies of each element in the columns, tap by tap; the first band writes them, the others add.
KERNEL columns_to_images(ColumnBand s, const REAL* columns, REAL* images)
{
    FOR_EACH(e, s.images.value * s.channels.value * s.height.value * s.width.value)
    {
        unsigned r = e / s.width, n = r / s.height / s.channels, c = r / s.height % s.channels;
        int row = r % s.height, column = e % s.width;
        REAL sum = s.firstOutputRow == 0 ? 0 : images[e];
        for (int u = 0; u < s.kernelRows; u++)
        {
            int steps = row - s.firstRow - u * s.rowStep;                  // output row times stride
            int i = (unsigned)(steps < 0 ? 0 : steps) / s.rowStride;
            if (i * (int)s.rowStride.value != steps || i < s.firstOutputRow || i >= s.firstOutputRow + s.outputRows)
                continue;
            for (int v = 0; v < s.kernelColumns; v++)
            {
                steps = column - s.firstColumn - v * s.columnStep;
                int j = (unsigned)(steps < 0 ? 0 : steps) / s.columnStride;
                if (j * (int)s.columnStride.value != steps || j >= (int)s.outputColumns.value)
                    continue;
                unsigned tap = (c * s.kernelRows + u) * s.kernelColumns + v;
                sum += columns[n * s.imageStride + tap * s.tapStride + (i - s.firstOutputRow) * s.outputColumns.value + j];
            }
        }

        images[e] = sum;
    }
}

// sum[e] += x[n][e], for all n, in their order.
KERNEL add_images(unsigned count, unsigned images, const REAL* x, REAL* sum)
{
    FOR_EACH(e, count)
    {
        REAL ofImages = 0;
        for (unsigned n = 0; n < images; n++)
            ofImages += x[n * count + e];
        sum[e] += ofImages;
    }
}

// y[j][i][p] = x[i][j][p], for all i, j and p: channels of images to images of channels.
KERNEL swap_axes(unsigned count, Divisor rows, unsigned columns, Divisor positions, const REAL* x, REAL* y)
{
    FOR_EACH(e, count)
    {
        unsigned i = e / positions % rows, j = e / positions / rows;
        y[e] = x[(i * columns + j) * positions.value + e % positions];
    }
}
