using System.Reflection;

namespace RefNet.Gpu;

/// <summary>The kernels of columns.cu, compiled for one type of numbers and one generation of cards.</summary>
internal sealed class ColumnKernels
{
    private const int ThreadsPerBlock = 256;
    private const int BlocksPerMultiprocessor = 32;

    private readonly CudaDevice device;
    private readonly nint imagesToColumns;
    private readonly nint columnsToImages;
    private readonly nint addBias;

    private ColumnKernels(CudaDevice device, nint module)
    {
        this.device = device;
        Module = module;
        imagesToColumns = device.Api.Driver.Function(module, "images_to_columns\0"u8);
        columnsToImages = device.Api.Driver.Function(module, "columns_to_images\0"u8);
        addBias = device.Api.Driver.Function(module, "add_bias\0"u8);
    }

    /// <summary>What was loaded to the card.</summary>
    public nint Module { get; }

    /// <summary>The source of the kernels, which comes within this assembly.</summary>
    public static string Source
    {
        get
        {
            using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("columns.cu")!;
            using StreamReader reader = new(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>Compiles and loads the kernels.</summary>
    /// <exception cref="CudaException">The compiler does not know the card, or a call failed.</exception>
    public static ColumnKernels Compile<T>(CudaDevice device) where T : unmanaged
    {
        (int major, int minor) = device.ComputeCapability;
        byte[] binary = device.Api.Compiler.Compile(
            "columns.cu", Source, $"--gpu-architecture=sm_{major}{minor}", $"-DREAL={(typeof(T) == typeof(float) ? "float" : "double")}");
        nint module = device.Api.Driver.LoadModule(binary);
        try
        {
            return new ColumnKernels(device, module);
        }
        catch
        {
            device.Api.Driver.UnloadModule(module);
            throw;
        }
    }

    /// <summary>Makes the columns of images.</summary>
    public void ImagesToColumns(ColumnShape shape, nint images, nint columns) =>
        Launch(imagesToColumns, shape, images, columns, shape.Images * shape.ColumnElements);

    /// <summary>Adds up columns to images.</summary>
    public void ColumnsToImages(ColumnShape shape, nint columns, nint images) =>
        Launch(columnsToImages, shape, columns, images, shape.Images * shape.ImageElements);

    /// <summary>Adds its bias to each map.</summary>
    public void AddBias(ColumnShape shape, nint bias, nint maps) =>
        Launch(addBias, shape, bias, maps, shape.Images * shape.MapElements);

    private unsafe void Launch(nint kernel, ColumnShape shape, nint from, nint to, long elements)
    {
        long blocks = (elements + ThreadsPerBlock - 1) / ThreadsPerBlock;
        void** arguments = stackalloc void*[] { &shape, &from, &to };
        device.Api.Driver.Launch(
            kernel, (int)Math.Min(blocks, device.Multiprocessors * BlocksPerMultiprocessor), ThreadsPerBlock, device.Stream, arguments);
    }
}
