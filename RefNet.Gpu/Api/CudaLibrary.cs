namespace RefNet.Gpu.Api;

/// <summary>A library of CUDA and the names of its files, newest version first.</summary>
/// <param name="Title">Its name in messages.</param>
/// <param name="Files">Its files.</param>
/// <param name="ComesWith">What to install where it is missing.</param>
internal sealed record CudaLibrary(string Title, CudaFile[] Files, string ComesWith)
{
    public static CudaLibrary Driver { get; } = new(
        "NVIDIA driver", [new CudaFile(0, new("libcuda.so.1", null), new("nvcuda.dll", null))], "the driver of an NVIDIA card");

    public static CudaLibrary Blas { get; } = new("cuBLAS",
        [
            new CudaFile(13, new("libcublas.so.13", "libcublasLt.so.13"), new("cublas64_13.dll", "cublasLt64_13.dll")),
            new CudaFile(12, new("libcublas.so.12", "libcublasLt.so.12"), new("cublas64_12.dll", "cublasLt64_12.dll")),
            new CudaFile(11, new("libcublas.so.11", "libcublasLt.so.11"), new("cublas64_11.dll", "cublasLt64_11.dll")),
        ], "the CUDA toolkit");

    public static CudaLibrary Compiler { get; } = new("NVRTC",
        [
            new CudaFile(13, new("libnvrtc.so.13", "libnvrtc-builtins.so.13."), new("nvrtc64_130_0.dll", "nvrtc-builtins64_13")),
            new CudaFile(12, new("libnvrtc.so.12", "libnvrtc-builtins.so.12."), new("nvrtc64_120_0.dll", "nvrtc-builtins64_12")),
            new CudaFile(11, new("libnvrtc.so.11.2", "libnvrtc-builtins.so.11."), new("nvrtc64_112_0.dll", "nvrtc-builtins64_11")),
        ], "the CUDA toolkit");

    /// <summary>Versions for several versions of CUDA have the same name, so cudnnCreate finds out whether the driver supports it.</summary>
    public static CudaLibrary Cudnn { get; } = new("cuDNN",
        [
            new CudaFile(0, new("libcudnn.so.9", "libcudnn_"), new("cudnn64_9.dll", "cudnn_")),
            new CudaFile(0, new("libcudnn.so.8", "libcudnn_"), new("cudnn64_8.dll", "cudnn_")),
        ], "NVIDIA's package cuDNN, which only --cudnn needs");
}

/// <summary>One version of a library.</summary>
/// <param name="Cuda">Its version of CUDA: it needs a driver of the same or a newer version. 0 for the driver itself and where the name does not tell.</param>
/// <param name="Linux">Its file on Linux.</param>
/// <param name="Windows">Its file on Windows.</param>
internal sealed record CudaFile(int Cuda, CudaFile.Names Linux, CudaFile.Names Windows)
{
    /// <summary>The name of a file, and the beginning of the names of the files it depends on.</summary>
    internal sealed record Names(string File, string? Neighbour);
}
