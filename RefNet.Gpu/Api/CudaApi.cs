namespace RefNet.Gpu.Api;

/// <summary>The three libraries that RefNet needs, as function tables.</summary>
/// <param name="Driver">Part of the driver of the card.</param>
/// <param name="Blas">Part of the CUDA toolkit.</param>
/// <param name="Compiler">Part of the CUDA toolkit.</param>
internal sealed record CudaApi(CudaDriver Driver, CudaBlas Blas, CudaCompiler Compiler);
