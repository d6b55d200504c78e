using System.Globalization;
using System.Numerics;
using RefNet.Gpu.Api;

namespace RefNet.Gpu;

/// <summary>The CUDA installation of a machine, and if it cannot be used, exactly why.</summary>
public sealed class CudaProbe
{
    private readonly List<string> lines = [];
    private readonly CudaApi? api;
    private readonly Lazy<Cudnn> cudnn;

    private CudaProbe(CudaSearch search, CudaOptions defaults)
    {
        Defaults = defaults;
        cudnn = new Lazy<Cudnn>(() =>
        {
            (NativeExports? found, string? problem) = search.Find(CudaLibrary.Cudnn);
            return found is null ? throw new CudaException($"{CudaLibrary.Cudnn.Title}: {problem}") : new Cudnn(found);
        });

        // All three are searched for even if the first is missing, so that the report shows everything that has to be fixed.
        int newest = int.MaxValue;
        CudaDriver? driver = Table(search.Find(CudaLibrary.Driver), CudaLibrary.Driver, library => new CudaDriver(library), table =>
        {
            table.Initialize();
            int version = table.Version();
            newest = version / 1000;
            return $"for CUDA up to {newest}.{version % 1000 / 10}";
        });
        CudaBlas? blas = Table(search.Find(CudaLibrary.Blas, newest), CudaLibrary.Blas, library => new CudaBlas(library), table => Version(table.Version()));
        CudaCompiler? compiler = Table(search.Find(CudaLibrary.Compiler, newest), CudaLibrary.Compiler, library => new CudaCompiler(library), table => Version(table.Version()));
        if (driver is not null)
            DescribeDevices(driver, compiler);
        if (Problem is null)
            api = new CudaApi(driver!, blas!, compiler!, cudnn);
    }

    /// <summary>The report, one line per library and device.</summary>
    public IReadOnlyList<string> Lines => lines;

    /// <summary>Why CUDA cannot be used here; null where it can.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether cuDNN can be used, and a line about it: where it is and its version, or why not. It is loaded for this.</summary>
    public (bool IsFound, string Line) Cudnn
    {
        get
        {
            try
            {
                return (true, $"{CudaLibrary.Cudnn.Title}: {cudnn.Value.Source}, {Version(cudnn.Value.Version())}");
            }
            catch (CudaException error)
            {
                return (false, error.Message);
            }
        }
    }

    /// <summary>The default options of <see cref="Open"/>.</summary>
    public CudaOptions Defaults { get; }

    /// <summary>Looks for CUDA on this machine.</summary>
    public static CudaProbe Run() => new(CudaSearch.ThisMachine, new CudaOptions());

    /// <summary>Looks for CUDA with the given search.</summary>
    internal static CudaProbe Run(CudaSearch search, CudaOptions? defaults = null) => new(search, defaults ?? new CudaOptions());

    /// <summary>Opens the first device for matrix products.</summary>
    /// <exception cref="CudaException">CUDA cannot be used, or a call failed.</exception>
    public CudaGemm Open(CudaOptions? options = null) =>
        api is null ? throw new CudaException(Problem!) : new CudaGemm(new CudaDevice(api), options ?? Defaults);

    /// <summary>Opens the first device for networks whose tensors stay there.</summary>
    /// <exception cref="CudaException">CUDA cannot be used, or a call failed.</exception>
    public CudaBackend<T> OpenBackend<T>(CudaOptions? options = null) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        api is null ? throw new CudaException(Problem!) : new CudaBackend<T>(new CudaDevice(api), options ?? Defaults);

    /// <summary>Runs a small computation on the first device, and compares its results with those of the definition.</summary>
    /// <returns>Why CUDA cannot be used here; null where it can.</returns>
    public string? Try() => Problem ?? CudaCheck.Run(this);

    private TTable? Table<TTable>(
        (NativeExports? Found, string? Problem) search, CudaLibrary library, Func<NativeExports, TTable> bind, Func<TTable, string> describe) where TTable : class
    {
        (NativeExports? found, string? problem) = search;
        try
        {
            if (found is not null)
            {
                TTable table = bind(found);
                lines.Add($"{library.Title}: {found.Source}, {describe(table)}");
                return table;
            }
        }
        catch (CudaException error)
        {
            problem = error.Call is null ? error.Message : $"{found!.Source}: {error.Message}";
        }

        Fail($"{library.Title}: {problem}");
        return null;
    }

    private void DescribeDevices(CudaDriver driver, CudaCompiler? compiler)
    {
        try
        {
            int count = driver.DeviceCount();
            if (count == 0)
                Fail("device: the driver found no card");
            for (int i = 0; i < count; i++)
            {
                int device = driver.Device(i);
                (int major, int minor) = driver.ComputeCapability(device);
                string memory = (driver.DeviceMemory(device) / (double)(1 << 30)).ToString("0.0", CultureInfo.InvariantCulture);
                lines.Add($"device {i}: {driver.DeviceName(device)}, compute capability {major}.{minor}, {driver.Multiprocessors(device)} multiprocessors, {memory} GiB");
                if (i == 0)
                    compiler?.ArchitectureFor(major, minor); // the one that is used: can kernels be compiled for it?
            }
        }
        catch (CudaException error)
        {
            Fail($"device: {error.Message}");
        }
    }

    private void Fail(string problem)
    {
        lines.Add(problem);
        Problem ??= problem;
    }

    private static string Version((int Major, int Minor) version) => $"version {version.Major}.{version.Minor}";
}
