using System.Numerics;
using System.Reflection;

namespace RefNet.Gpu.Resident;

/// <summary>
/// The kernels of columns.cu and resident.cu, compiled for one type of numbers and one generation of cards. Each is called
/// within a turn, and may still be under way when the turn ends: nothing that it uses is borrowed.
/// </summary>
internal sealed unsafe class ResidentKernels<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CudaDevice device;
    private readonly nint module;
    private readonly nint imagesToColumns, columnsToImages;
    private readonly nint fill, swapAxes, addToChannels, rowSums, addColumnSums, tanhForward, tanhBackward, averageForward, averageBackward, softmaxCrossEntropy, momentumStep;

    /// <summary>Compiles and loads the kernels.</summary>
    /// <exception cref="CudaException">The compiler does not know the card, or a call failed.</exception>
    public ResidentKernels(CudaDevice device)
    {
        this.device = device;
        (int major, int minor) = device.ComputeCapability;
        string architecture = device.Api.Compiler.ArchitectureFor(major, minor);
        module = device.Api.Driver.LoadModule(
            device.Api.Compiler.Compile("columns.cu", $"{ColumnKernels.Source}\n#line 1 \"resident.cu\"\n{Source}", architecture, $"-DREAL={(typeof(T) == typeof(float) ? "float" : "double")}"));
        try
        {
            imagesToColumns = Function("images_to_columns\0"u8);
            columnsToImages = Function("columns_to_images\0"u8);
            fill = Function("fill\0"u8);
            swapAxes = Function("swap_axes\0"u8);
            addToChannels = Function("add_to_channels\0"u8);
            rowSums = Function("row_sums\0"u8);
            addColumnSums = Function("add_column_sums\0"u8);
            tanhForward = Function("tanh_forward\0"u8);
            tanhBackward = Function("tanh_backward\0"u8);
            averageForward = Function("average_forward\0"u8);
            averageBackward = Function("average_backward\0"u8);
            softmaxCrossEntropy = Function("softmax_cross_entropy\0"u8);
            momentumStep = Function("momentum_step\0"u8);
        }
        catch
        {
            Unload();
            throw;
        }
    }

    /// <summary>resident.cu, which comes within this assembly.</summary>
    public static string Source
    {
        get
        {
            using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("resident.cu")!;
            using StreamReader reader = new(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>X, the columns of images, side by side.</summary>
    public void ImagesToColumns(ColumnShape shape, nint images, nint columns) =>
        Launch(imagesToColumns, ColumnKernels.GridOfColumns(shape, device), &shape, &images, &columns);

    /// <summary>Images as the sums of their columns.</summary>
    public void ColumnsToImages(ColumnShape shape, nint columns, nint images) =>
        Launch(columnsToImages, ColumnKernels.GridOfImages(shape, device), &shape, &columns, &images);

    /// <summary>x = value.</summary>
    public void Fill(int count, T value, nint x) => Launch(fill, Elements(count), &count, &value, &x);

    /// <summary>y[j][i][p] = x[i][j][p].</summary>
    public void SwapAxes(int rows, int columns, int positions, nint x, nint y) =>
        Launch(swapAxes, Elements(positions, rows * columns), &rows, &columns, &positions, &x, &y);

    /// <summary>y_nc(p) += b_c.</summary>
    public void AddToChannels(int count, int channels, int positions, nint b, nint y) => Launch(addToChannels, Elements(count), &count, &channels, &positions, &b, &y);

    /// <summary>sums_r = sum over c of x_rc.</summary>
    public void RowSums(int rows, int columns, nint x, nint sums) => Launch(rowSums, Rows(rows, columns), &rows, &columns, &x, &sums);

    /// <summary>sums_c += sum over r of x_rc.</summary>
    public void AddColumnSums(int rows, int columns, nint x, nint sums) => Launch(addColumnSums, LaunchGrid.OfColumns(rows, columns), &rows, &columns, &x, &sums);

    /// <summary>y = tanh x.</summary>
    public void TanhForward(int count, nint x, nint y) => Launch(tanhForward, Elements(count), &count, &x, &y);

    /// <summary>dx = dy (1 - y²).</summary>
    public void TanhBackward(int count, nint y, nint dY, nint dX) => Launch(tanhBackward, Elements(count), &count, &y, &dY, &dX);

    /// <summary>y = the mean of x over each window.</summary>
    public void AverageForward(PoolingShape shape, nint x, nint y) => Launch(averageForward, Elements(shape.Planes * shape.OutputRows * shape.OutputColumns), &shape, &x, &y);

    /// <summary>dx = the sum of dy / m over the windows that an element lies in.</summary>
    public void AverageBackward(PoolingShape shape, nint dY, nint dX) => Launch(averageBackward, Elements(shape.Planes * shape.Height * shape.Width), &shape, &dY, &dX);

    /// <summary>The share of each sample in the mean loss, and the gradient.</summary>
    public void SoftmaxCrossEntropy(int samples, int classes, nint y, nint target, nint losses, nint dY) =>
        Launch(softmaxCrossEntropy, Rows(samples, classes), &samples, &classes, &y, &target, &losses, &dY);

    /// <summary>v = μ v + (g + 2 λ θ), then θ = θ - η v.</summary>
    public void MomentumStep(int count, T mu, T eta, T twoLambda, nint g, nint v, nint theta) =>
        Launch(momentumStep, Elements(count), &count, &mu, &eta, &twoLambda, &g, &v, &theta);

    /// <summary>Takes the kernels from the card.</summary>
    public void Unload() => device.Api.Driver.UnloadModule(module);

    private LaunchGrid Elements(long elements, int rows = 1) => LaunchGrid.OfElements(elements, rows, device.Multiprocessors);

    private LaunchGrid Rows(int rows, int elements) => LaunchGrid.OfRows(rows, elements, device.Multiprocessors);

    private nint Function(ReadOnlySpan<byte> nameWithZero) => device.Api.Driver.Function(module, nameWithZero);

    // The arguments of a kernel are given as the places where they stand.
    private void Launch(nint kernel, LaunchGrid grid, void* a, void* b, void* c, void* d = null, void* e = null, void* f = null, void* g = null)
    {
        void** arguments = stackalloc void*[] { a, b, c, d, e, f, g };
        device.Times?.Begin(StreamWork.Kernels);
        device.Api.Driver.Launch(kernel, grid, device.Stream, arguments);
        device.Times?.End();
    }
}
