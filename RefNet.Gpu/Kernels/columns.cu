// Columns of images, for convolution as a matrix product, and back; and the bias. REAL is float or double.
//
// Each element of the result is computed by one thread, which gathers what it needs: no thread waits for another, none
// adds where another adds, and so the bits do not depend on the number of threads. A thread goes on with the element a
// whole grid further (a grid-stride loop), so that any grid will do. Counts are below 2^31.

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
// columns of the images stand side by side, so that one product serves them all.
extern "C" __global__ void images_to_columns(ColumnShape s, const REAL* images, REAL* columns)
{
    unsigned count = (unsigned)s.images * s.channels * s.kernelRows * s.kernelColumns * s.outputRows * s.outputColumns;
    for (unsigned e = blockIdx.x * blockDim.x + threadIdx.x; e < count; e += gridDim.x * blockDim.x)
    {
        unsigned rest = e;
        int j = rest % s.outputColumns; rest /= s.outputColumns;
        int i = rest % s.outputRows;    rest /= s.outputRows;
        int n = rest % s.images;        rest /= s.images;
        int v = rest % s.kernelColumns; rest /= s.kernelColumns;
        int u = rest % s.kernelRows;    rest /= s.kernelRows;   // what is left is the channel c

        unsigned plane = n * s.channels + rest;
        int row = s.firstRow + u * s.rowStep + i * s.rowStride;
        int column = s.firstColumn + v * s.columnStep + j * s.columnStride;
        bool isInside = row >= 0 && row < s.height && column >= 0 && column < s.width;
        columns[e] = isInside ? images[(plane * s.height + row) * s.width + column] : (REAL)0;
    }
}

// images[n][c][row][column] = the sum of its copies in the columns, over the taps (u, v) in their order.
extern "C" __global__ void columns_to_images(ColumnShape s, const REAL* columns, REAL* images)
{
    unsigned count = (unsigned)s.images * s.channels * s.height * s.width;
    unsigned positions = (unsigned)s.outputRows * s.outputColumns;
    for (unsigned e = blockIdx.x * blockDim.x + threadIdx.x; e < count; e += gridDim.x * blockDim.x)
    {
        unsigned rest = e;
        int column = rest % s.width; rest /= s.width;
        int row = rest % s.height;   rest /= s.height;
        int c = rest % s.channels;   rest /= s.channels;        // what is left is the image n

        REAL sum = 0;
        for (int u = 0; u < s.kernelRows; u++)
        {
            int i = row - s.firstRow - u * s.rowStep;           // output row times stride
            if (i < 0 || i % s.rowStride != 0 || i / s.rowStride >= s.outputRows)
                continue;
            for (int v = 0; v < s.kernelColumns; v++)
            {
                int j = column - s.firstColumn - v * s.columnStep;
                if (j < 0 || j % s.columnStride != 0 || j / s.columnStride >= s.outputColumns)
                    continue;
                unsigned tap = (c * s.kernelRows + u) * s.kernelColumns + v;
                sum += columns[(tap * s.images + rest) * positions + i / s.rowStride * s.outputColumns + j / s.columnStride];
            }
        }

        images[e] = sum;
    }
}

// maps[f][n][(i, j)] += bias[f].
extern "C" __global__ void add_bias(ColumnShape s, const REAL* bias, REAL* maps)
{
    unsigned positions = (unsigned)s.images * s.outputRows * s.outputColumns;
    unsigned count = s.outputs * positions;
    for (unsigned e = blockIdx.x * blockDim.x + threadIdx.x; e < count; e += gridDim.x * blockDim.x)
        maps[e] += bias[e / positions];
}
