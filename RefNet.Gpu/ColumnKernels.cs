using System.Reflection;

namespace RefNet.Gpu;

/// <summary>The kernels of columns.cu, compiled for one type of numbers and one generation of cards.</summary>
internal sealed class ColumnKernels
{
    private readonly nint imagesToColumns;
    private readonly nint columnsToImages;
    private readonly nint addBias;

    private ColumnKernels(CudaDevice device, nint module)
    {
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
        string architecture = device.Api.Compiler.ArchitectureFor(major, minor);
        byte[] compiled = device.Api.Compiler.Compile("columns.cu", Source, architecture, $"-DREAL={(typeof(T) == typeof(float) ? "float" : "double")}");
        nint module = device.Api.Driver.LoadModule(compiled);
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

    /// <summary>A grid for the columns of images.</summary>
    public static LaunchGrid GridOfColumns(ColumnShape shape, CudaDevice device) =>
        LaunchGrid.OfElements((long)shape.Images * shape.Positions, shape.Channels, device.Multiprocessors);

    /// <summary>A grid for images as sums of their columns.</summary>
    public static LaunchGrid GridOfImages(ColumnShape shape, CudaDevice device) =>
        LaunchGrid.OfElements((long)shape.Height * shape.Width, shape.Images * shape.Channels, device.Multiprocessors);

    /// <summary>Makes the columns of images.</summary>
    public void ImagesToColumns(DeviceTurn turn, ColumnShape shape, nint images, nint columns) =>
        Launch(turn, imagesToColumns, shape, images, columns, GridOfColumns(shape, turn.Device));

    /// <summary>Adds up columns to images.</summary>
    public void ColumnsToImages(DeviceTurn turn, ColumnShape shape, nint columns, nint images) =>
        Launch(turn, columnsToImages, shape, columns, images, GridOfImages(shape, turn.Device));

    /// <summary>Adds its bias to each map.</summary>
    public void AddBias(DeviceTurn turn, ColumnShape shape, nint bias, nint maps) =>
        Launch(turn, addBias, shape, bias, maps, LaunchGrid.OfElements((long)shape.Images * shape.Positions, shape.Outputs, turn.Device.Multiprocessors));

    private static unsafe void Launch(DeviceTurn turn, nint kernel, ColumnShape shape, nint from, nint to, LaunchGrid grid)
    {
        void** arguments = stackalloc void*[] { &shape, &from, &to };
        turn.Launch(kernel, grid, arguments);
    }
}
