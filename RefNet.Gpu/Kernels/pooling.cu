// Windows that slide over images: their sums, means and maxima. Tensors are N x C x H x W; a plane is a channel of an image.
#include "common.cuh"

// The fields of PoolingShape.cs.
struct PoolingShape
{
    unsigned planes;
    int height, width;
    Divisor imageRows, imageColumns, outputRows, outputColumns;
    int windowRows, rowsBefore, rowsAfter;                     // window i begins at row  i rowStride - rowsBefore
    Divisor rowStride;
    int windowColumns, columnsBefore, columnsAfter;
    Divisor columnStride;
    int isMean, countsPadding;
};

// The number of rows, or columns, in a window that begins there: of the image, and of the padding if it counts.
__device__ int count_cells(int start, int size, int extent, int after, int countsPadding)
{
    int first = countsPadding || start > 0 ? start : 0;
    int last = start + size, border = countsPadding ? extent + after : extent;
    return (last < border ? last : border) - first;
}

// The divisor of the sum of window (i, j): m, or 1.
__device__ int divisor_of(PoolingShape s, int i, int j)
{
    if (!s.isMean)
        return 1;
    return count_cells(i * (int)s.rowStride.value - s.rowsBefore, s.windowRows, s.height, s.rowsAfter, s.countsPadding)
        * count_cells(j * (int)s.columnStride.value - s.columnsBefore, s.windowColumns, s.width, s.columnsAfter, s.countsPadding);
}

// y(i, j) = the sum of x over its window, or its mean.
KERNEL pool_sums(PoolingShape s, const REAL* x, REAL* y)
{
    FOR_EACH(e, s.planes * s.outputRows.value * s.outputColumns.value)
    {
        unsigned plane = e / s.outputColumns / s.outputRows;
        int i = e / s.outputColumns % s.outputRows, j = e % s.outputColumns;
        int top = i * (int)s.rowStride.value - s.rowsBefore, left = j * (int)s.columnStride.value - s.columnsBefore;
        REAL sum = 0;
        for (int row = top; row < top + s.windowRows; row++)
            for (int column = left; column < left + s.windowColumns; column++)
                if (row >= 0 && row < s.height && column >= 0 && column < s.width)
                    sum += x[(plane * s.height + row) * s.width + column];
        y[e] = sum / divisor_of(s, i, j);
    }
}

// The windows that contain an image row, or column: those of its cells u with  row + before - u  a multiple of the stride.
#define FOR_EACH_WINDOW(i, u, row, size, before, stride, outputs) \
    for (int u = (size) - 1, i; u >= 0; u--) \
        if (((row) + (before) - u) >= 0 && (i = (unsigned)((row) + (before) - u) / (stride)) * (int)(stride).value == (row) + (before) - u && i < (int)(outputs).value)

// dx(row, column) = the sum of dy, or of dy / m, over the windows that contain it.
KERNEL pool_sums_gradient(PoolingShape s, const REAL* dy, REAL* dx)
{
    FOR_EACH(e, s.planes * s.imageRows.value * s.imageColumns.value)
    {
        unsigned plane = e / s.imageColumns / s.imageRows;
        int row = e / s.imageColumns % s.imageRows, column = e % s.imageColumns;
        REAL sum = 0;
        FOR_EACH_WINDOW(i, u, row, s.windowRows, s.rowsBefore, s.rowStride, s.outputRows)
            FOR_EACH_WINDOW(j, v, column, s.windowColumns, s.columnsBefore, s.columnStride, s.outputColumns)
                sum += dy[(plane * s.outputRows.value + i) * s.outputColumns.value + j] / divisor_of(s, i, j);
        dx[e] = sum;
    }
}

// y(i, j) = the largest x of its window, and winners(i, j) = its index there, row by row. The first of equals wins; the last
// NaN, if there is one.
KERNEL pool_maxima(PoolingShape s, const REAL* x, REAL* y, REAL* winners)
{
    FOR_EACH(e, s.planes * s.outputRows.value * s.outputColumns.value)
    {
        unsigned plane = e / s.outputColumns / s.outputRows;
        int i = e / s.outputColumns % s.outputRows, j = e % s.outputColumns;
        int top = i * (int)s.rowStride.value - s.rowsBefore, left = j * (int)s.columnStride.value - s.columnsBefore;
        int winner = -1;
        REAL largest = 0;
        for (int row = top; row < top + s.windowRows; row++)
            for (int column = left; column < left + s.windowColumns; column++)
                if (row >= 0 && row < s.height && column >= 0 && column < s.width)
                {
                    REAL number = x[(plane * s.height + row) * s.width + column];
                    if (winner < 0 || number > largest || number != number)
                    {
                        winner = (row - top) * s.windowColumns + column - left;
                        largest = number;
                    }
                }

        y[e] = largest;
        winners[e] = winner;
    }
}

// dx(row, column) = the sum of dy over the windows that it has won.
KERNEL pool_maxima_gradient(PoolingShape s, const REAL* winners, const REAL* dy, REAL* dx)
{
    FOR_EACH(e, s.planes * s.imageRows.value * s.imageColumns.value)
    {
        unsigned plane = e / s.imageColumns / s.imageRows;
        int row = e / s.imageColumns % s.imageRows, column = e % s.imageColumns;
        REAL sum = 0;
        FOR_EACH_WINDOW(i, u, row, s.windowRows, s.rowsBefore, s.rowStride, s.outputRows)
            FOR_EACH_WINDOW(j, v, column, s.windowColumns, s.columnsBefore, s.columnStride, s.outputColumns)
            {
                unsigned window = (plane * s.outputRows.value + i) * s.outputColumns.value + j;
                if (winners[window] == u * s.windowColumns + v)
                    sum += dy[window];
            }
        dx[e] = sum;
    }
}
