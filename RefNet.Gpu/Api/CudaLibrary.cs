namespace RefNet.Gpu.Api;

/// <summary>A library of CUDA and the names of its files, newest version first.</summary>
/// <param name="Title">What it is called in messages.</param>
/// <param name="LinuxNames">Its files on Linux.</param>
/// <param name="WindowsNames">Its files on Windows.</param>
/// <param name="ComesWith">What to install where it is missing.</param>
/// <param name="Companion">The start of the name of a library that has to be loaded before it, or null.</param>
internal sealed record CudaLibrary(string Title, string[] LinuxNames, string[] WindowsNames, string ComesWith, string? Companion = null)
{
    public static CudaLibrary Driver { get; } = new(
        "NVIDIA driver", ["libcuda.so.1"], ["nvcuda.dll"], "the driver of an NVIDIA card");

    public static CudaLibrary Blas { get; } = new(
        "cuBLAS", ["libcublas.so.13", "libcublas.so.12", "libcublas.so.11"], ["cublas64_13.dll", "cublas64_12.dll", "cublas64_11.dll"],
        "the CUDA toolkit", Companion: "cublasLt");

    public static CudaLibrary Compiler { get; } = new(
        "NVRTC", ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2"], ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"],
        "the CUDA toolkit");
}
