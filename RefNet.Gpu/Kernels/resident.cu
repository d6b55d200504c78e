// What layers, loss and optimiser do with whole tensors, for a network that stays on the card. REAL is float or double. It is
// compiled behind columns.cu, in one program.
//
// As there, each element of a result is computed by one thread, which gathers what it needs, and a thread goes on
// with the element a whole grid further. Long sums are shared by the threads of a block, each of which takes every so many-th
// term; their parts are added in a fixed order, so that the same grid gives the same bits. Counts are below 2^31.

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
    for (unsigned ij = blockIdx.y; ij < rows * columns; ij += gridDim.y)
    {
        const REAL* from = x + ij * positions;
        REAL* to = y + (ij % columns * rows + ij / columns) * positions;
        FOR_EACH(p, positions)
            to[p] = from[p];
    }
}

// y_nc(p) += b_c, for images of so many channels with so many positions p.
extern "C" __global__ void add_to_channels(unsigned count, unsigned channels, unsigned positions, const REAL* b, REAL* y)
{
    FOR_EACH(e, count)
        y[e] += b[e / positions % channels];
}

// A number of each thread of a block of one row.
#define MOST_THREADS 1024

// The sum of what the threads of a block have, added in pairs; each of them gets it, and all must ask.
__device__ REAL sum_of_block(REAL value)
{
    __shared__ REAL parts[MOST_THREADS];
    parts[threadIdx.x] = value;
    __syncthreads();
    for (unsigned count = blockDim.x; count > 1;)
    {
        unsigned half = (count + 1) / 2;
        if (threadIdx.x + half < count)
            parts[threadIdx.x] += parts[threadIdx.x + half];
        __syncthreads();
        count = half;
    }

    REAL sum = parts[0];
    __syncthreads(); // before the next sum begins
    return sum;
}

// The largest of what the threads of a block have.
__device__ REAL max_of_block(REAL value)
{
    __shared__ REAL parts[MOST_THREADS];
    parts[threadIdx.x] = value;
    __syncthreads();
    for (unsigned count = blockDim.x; count > 1;)
    {
        unsigned half = (count + 1) / 2;
        if (threadIdx.x + half < count && parts[threadIdx.x + half] > parts[threadIdx.x])
            parts[threadIdx.x] = parts[threadIdx.x + half];
        __syncthreads();
        count = half;
    }

    REAL most = parts[0];
    __syncthreads();
    return most;
}

// sums_r = the sum over c of x_rc: a block for each row.
extern "C" __global__ void row_sums(unsigned rows, unsigned columns, const REAL* x, REAL* sums)
{
    for (unsigned r = blockIdx.x; r < rows; r += gridDim.x)
    {
        REAL sum = 0;
        for (unsigned c = threadIdx.x; c < columns; c += blockDim.x)
            sum += x[r * columns + c];
        sum = sum_of_block(sum);
        if (threadIdx.x == 0)
            sums[r] = sum;
    }
}

// sums_c += the sum over r of x_rc: a column of threads for each column.
// db_c += the sum over n and p of dY_nc(p) takes both: the positions p of each plane, then the planes of each channel.
extern "C" __global__ void add_column_sums(unsigned rows, unsigned columns, const REAL* x, REAL* sums)
{
    __shared__ REAL parts[MOST_THREADS];
    for (unsigned first = blockIdx.x * blockDim.x; first < columns; first += gridDim.x * blockDim.x)
    {
        unsigned c = first + threadIdx.x;
        REAL sum = 0;
        for (unsigned r = threadIdx.y; c < columns && r < rows; r += blockDim.y)
            sum += x[r * columns + c];
        parts[threadIdx.y * blockDim.x + threadIdx.x] = sum;
        __syncthreads();
        if (threadIdx.y == 0 && c < columns)
        {
            for (unsigned k = 1; k < blockDim.y; k++)
                sum += parts[k * blockDim.x + threadIdx.x];
            sums[c] += sum;
        }
        __syncthreads();
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
            int i = output_at(row + s.rowsBefore - u, s.rowStride, s.outputRows);
            if (i < 0)
                continue;
            for (int v = 0; v < s.windowColumns; v++)
            {
                int j = output_at(column + s.columnsBefore - v, s.columnStride, s.outputColumns);
                if (j >= 0)
                    sum += dy[(rest * s.outputRows + i) * s.outputColumns + j] / count_window(s, i, j);
            }
        }

        dx[e] = sum;
    }
}

// For each sample n, which a block takes, with log Z = m + log(sum of exp(y_c - m)) and m the largest y_c:
// losses_n = (log Z - sum of t_c y_c) / N  and  dy_c = (exp(y_c - m) / sum - t_c) / N.
extern "C" __global__ void softmax_cross_entropy(unsigned samples, unsigned classes, const REAL* y, const REAL* t, REAL* losses, REAL* dy)
{
    for (unsigned n = blockIdx.x; n < samples; n += gridDim.x)
    {
        const REAL* logits = y + n * classes;
        const REAL* targets = t + n * classes;
        REAL* gradient = dy + n * classes;

        REAL m = logits[0];
        for (unsigned c = threadIdx.x; c < classes; c += blockDim.x)
            m = logits[c] > m ? logits[c] : m;
        m = max_of_block(m);

        REAL sum = 0, agreement = 0;
        for (unsigned c = threadIdx.x; c < classes; c += blockDim.x)
        {
            gradient[c] = exp(logits[c] - m);
            sum += gradient[c];
            agreement += targets[c] * logits[c];
        }
        sum = sum_of_block(sum);
        agreement = sum_of_block(agreement);

        if (threadIdx.x == 0)
            losses[n] = (m + log(sum) - agreement) / samples;
        for (unsigned c = threadIdx.x; c < classes; c += blockDim.x)
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
