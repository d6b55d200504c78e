// Columns of images, for convolution as a matrix product, and back; and the bias. REAL is float or double.
//
// Each element of the result is computed by one thread, which gathers what it needs: no thread waits for another, none
// adds where another adds, and so the bits do not depend on the number of threads. A thread goes on with the element a
// whole grid further (a grid-stride loop), in both directions of the grid, so that any grid will do. Counts are below 2^31.

// The images and their columns: the fields of ColumnShape.cs, in its order.
struct ColumnShape
{
    int images, channels, height, width;
    int outputs, outputRows, outputColumns;
    int kernelRows, kernelColumns;
    int firstRow, rowStep, rowStride;            // output row i reads, at tap u, input row  firstRow + u rowStep + i rowStride
    int firstColumn, columnStep, columnStride;   // and likewise for columns
};

// columns[(c, u, v)][n][(i, j)] = what tap (u, v) reads of channel c of image n for output (i, j), 0 in the padding. The
// columns of the images stand side by side, so that one product serves them all. A thread takes all taps of a position: so
// there are two divisions for all of them, and what neighbours read twice is still in the cache.
extern "C" __global__ void images_to_columns(ColumnShape s, const REAL* images, REAL* columns)
{
    unsigned positions = s.outputRows * s.outputColumns, all = s.images * positions, taps = s.kernelRows * s.kernelColumns;
    for (unsigned c = blockIdx.y; c < (unsigned)s.channels; c += gridDim.y)
    {
        for (unsigned e = blockIdx.x * blockDim.x + threadIdx.x; e < all; e += gridDim.x * blockDim.x)
        {
            unsigned n = e / positions, p = e % positions;
            int firstRow = s.firstRow + (int)(p / s.outputColumns) * s.rowStride;
            int firstColumn = s.firstColumn + (int)(p % s.outputColumns) * s.columnStride;
            const REAL* plane = images + (n * s.channels + c) * s.height * s.width;
            REAL* target = columns + c * taps * all + e;
            for (int u = 0; u < s.kernelRows; u++)
            {
                int row = firstRow + u * s.rowStep;
                for (int v = 0; v < s.kernelColumns; v++, target += all)
                {
                    int column = firstColumn + v * s.columnStep;
                    bool isInside = row >= 0 && row < s.height && column >= 0 && column < s.width;
                    *target = isInside ? plane[row * s.width + column] : (REAL)0;
                }
            }
        }
    }
}

// The output row, or column, whose window of that stride begins at a distance; below 0 where there is none.
__device__ int output_at(int distance, int stride, int count)
{
    int i = stride == 1 ? distance : distance % stride == 0 ? distance / stride : -1;
    return i < count ? i : -1;
}

// images[n][c][row][column] = the sum of its copies in the columns, over the taps (u, v) in their order.
extern "C" __global__ void columns_to_images(ColumnShape s, const REAL* columns, REAL* images)
{
    unsigned positions = s.outputRows * s.outputColumns, area = s.height * s.width, planes = s.images * s.channels;
    for (unsigned plane = blockIdx.y; plane < planes; plane += gridDim.y)
    {
        unsigned n = plane / s.channels, c = plane % s.channels;
        for (unsigned e = blockIdx.x * blockDim.x + threadIdx.x; e < area; e += gridDim.x * blockDim.x)
        {
            int row = (int)(e / s.width) - s.firstRow, column = (int)(e % s.width) - s.firstColumn;
            REAL sum = 0;
            for (int u = 0; u < s.kernelRows; u++)
            {
                int i = output_at(row - u * s.rowStep, s.rowStride, s.outputRows);
                if (i < 0)
                    continue;
                for (int v = 0; v < s.kernelColumns; v++)
                {
                    int j = output_at(column - v * s.columnStep, s.columnStride, s.outputColumns);
                    if (j < 0)
                        continue;
                    unsigned tap = (c * s.kernelRows + u) * s.kernelColumns + v;
                    sum += columns[(tap * s.images + n) * positions + i * s.outputColumns + j];
                }
            }

            images[plane * area + e] = sum;
        }
    }
}

// maps[f][n][(i, j)] += bias[f].
extern "C" __global__ void add_bias(ColumnShape s, const REAL* bias, REAL* maps)
{
    unsigned positions = (unsigned)s.images * s.outputRows * s.outputColumns;
    for (unsigned f = blockIdx.y; f < (unsigned)s.outputs; f += gridDim.y)
    {
        for (unsigned e = blockIdx.x * blockDim.x + threadIdx.x; e < positions; e += gridDim.x * blockDim.x)
            maps[f * positions + e] += bias[f];
    }
}
