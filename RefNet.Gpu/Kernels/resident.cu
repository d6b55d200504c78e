// What layers, loss and optimiser do with whole tensors, for a network that stays on the card. REAL is float or double.
//
// As in columns.cu: each element of a result is computed by one thread, which gathers what it needs, sums run in a fixed
// order, and a thread goes on with the element a whole grid further. Counts are below 2^31.

#define FOR_EACH(e, count) \
    for (unsigned e = blockIdx.x * blockDim.x + threadIdx.x; e < (count); e += gridDim.x * blockDim.x)

// x = value.
extern "C" __global__ void fill(unsigned count, REAL value, REAL* x)
{
    FOR_EACH(e, count)
        x[e] = value;
}

// y[j][i][p] = x[i][j][p], for so many i, j and p: channels of images to images of channels, and back.
extern "C" __global__ void swap_axes(unsigned rows, unsigned columns, unsigned positions, const REAL* x, REAL* y)
{
    FOR_EACH(e, rows * columns * positions)
    {
        unsigned p = e % positions, i = e / positions % rows, j = e / positions / rows;
        y[e] = x[(i * columns + j) * positions + p];
    }
}

// y_nc(p) += b_c, for images of so many channels with so many positions p.
extern "C" __global__ void add_to_channels(unsigned count, unsigned channels, unsigned positions, const REAL* b, REAL* y)
{
    FOR_EACH(e, count)
        y[e] += b[e / positions % channels];
}

// sums_e += the sum over i of x_(e outer + i inner), for i from 0 to terms - 1.
// db_c += sum of dY_nc(p) takes two: the positions p of each plane, then the planes of each channel.
extern "C" __global__ void add_sums(unsigned count, unsigned terms, unsigned outer, unsigned inner, const REAL* x, REAL* sums)
{
    FOR_EACH(e, count)
    {
        REAL sum = 0;
        for (unsigned i = 0; i < terms; i++)
            sum += x[e * outer + i * inner];
        sums[e] += sum;
    }
}

// y = tanh x.
extern "C" __global__ void tanh_forward(unsigned count, const REAL* x, REAL* y)
{
    FOR_EACH(e, count)
        y[e] = tanh(x[e]);
}

// dx = dy (1 - y^2).
extern "C" __global__ void tanh_backward(unsigned count, const REAL* y, const REAL* dy, REAL* dx)
{
    FOR_EACH(e, count)
        dx[e] = dy[e] * (1 - y[e] * y[e]);
}

// The images and their windows: the fields of PoolingShape.cs, in its order.
struct PoolingShape
{
    int planes, height, width;                                 // planes: images times channels
    int outputRows, outputColumns;
    int windowRows, rowStride, rowsBefore, rowsAfter;          // window i begins at row  i rowStride - rowsBefore
    int windowColumns, columnStride, columnsBefore, columnsAfter;
    int countsPadding;
};

// How many rows, or columns, a window that begins there holds: of the image, and of the padding if it counts.
__device__ int count_cells(int start, int size, int extent, int after, int countsPadding)
{
    int first = countsPadding || start > 0 ? start : 0;
    int last = start + size, border = countsPadding ? extent + after : extent;
    return (last < border ? last : border) - first;
}

// m for the window of output (i, j).
__device__ int count_window(PoolingShape s, int i, int j)
{
    return count_cells(i * s.rowStride - s.rowsBefore, s.windowRows, s.height, s.rowsAfter, s.countsPadding)
        * count_cells(j * s.columnStride - s.columnsBefore, s.windowColumns, s.width, s.columnsAfter, s.countsPadding);
}

// y(i, j) = the mean of x over its window.
extern "C" __global__ void average_forward(PoolingShape s, const REAL* x, REAL* y)
{
    FOR_EACH(e, (unsigned)s.planes * s.outputRows * s.outputColumns)
    {
        unsigned rest = e;
        int j = rest % s.outputColumns; rest /= s.outputColumns;
        int i = rest % s.outputRows;    rest /= s.outputRows;  // what is left is the plane

        REAL sum = 0;
        for (int u = 0; u < s.windowRows; u++)
        {
            int row = i * s.rowStride - s.rowsBefore + u;
            if (row < 0 || row >= s.height)
                continue;
            for (int v = 0; v < s.windowColumns; v++)
            {
                int column = j * s.columnStride - s.columnsBefore + v;
                if (column >= 0 && column < s.width)
                    sum += x[(rest * s.height + row) * s.width + column];
            }
        }

        y[e] = sum / count_window(s, i, j);
    }
}

// dx(row, column) = the sum of dy / m over the windows that it lies in.
extern "C" __global__ void average_backward(PoolingShape s, const REAL* dy, REAL* dx)
{
    FOR_EACH(e, (unsigned)s.planes * s.height * s.width)
    {
        unsigned rest = e;
        int column = rest % s.width; rest /= s.width;
        int row = rest % s.height;   rest /= s.height;         // what is left is the plane

        REAL sum = 0;
        for (int u = 0; u < s.windowRows; u++)
        {
            int i = row + s.rowsBefore - u;                    // output row times stride
            if (i < 0 || i % s.rowStride != 0 || i / s.rowStride >= s.outputRows)
                continue;
            for (int v = 0; v < s.windowColumns; v++)
            {
                int j = column + s.columnsBefore - v;
                if (j < 0 || j % s.columnStride != 0 || j / s.columnStride >= s.outputColumns)
                    continue;
                unsigned window = (rest * s.outputRows + i / s.rowStride) * s.outputColumns + j / s.columnStride;
                sum += dy[window] / count_window(s, i / s.rowStride, j / s.columnStride);
            }
        }

        dx[e] = sum;
    }
}

// For each sample n, with log Z = m + log(sum of exp(y_c - m)) and m the largest y_c:
// losses_n = (log Z - sum of t_c y_c) / N  and  dy_c = (exp(y_c - m) / sum - t_c) / N.
extern "C" __global__ void softmax_cross_entropy(unsigned samples, unsigned classes, const REAL* y, const REAL* t, REAL* losses, REAL* dy)
{
    FOR_EACH(n, samples)
    {
        const REAL* logits = y + n * classes;
        const REAL* targets = t + n * classes;
        REAL* gradient = dy + n * classes;

        REAL m = logits[0];
        for (unsigned c = 1; c < classes; c++)
            m = logits[c] > m ? logits[c] : m;

        REAL sum = 0, agreement = 0;
        for (unsigned c = 0; c < classes; c++)
        {
            gradient[c] = exp(logits[c] - m);
            sum += gradient[c];
            agreement += targets[c] * logits[c];
        }

        losses[n] = (m + log(sum) - agreement) / samples;
        for (unsigned c = 0; c < classes; c++)
            gradient[c] = (gradient[c] / sum - targets[c]) / samples;
    }
}

// v = mu v + (g + 2 lambda theta), then theta = theta - eta v.
extern "C" __global__ void momentum_step(unsigned count, REAL mu, REAL eta, REAL twoLambda, const REAL* g, REAL* v, REAL* theta)
{
    FOR_EACH(e, count)
    {
        v[e] = mu * v[e] + (g[e] + twoLambda * theta[e]);
        theta[e] -= eta * v[e];
    }
}
