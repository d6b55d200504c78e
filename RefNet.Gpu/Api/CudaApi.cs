namespace RefNet.Gpu.Api;

/// <summary>The three libraries that RefNet needs, as tables of functions.</summary>
/// <param name="Driver">Comes with the driver of the card.</param>
/// <param name="Blas">Comes with the CUDA toolkit.</param>
/// <param name="Compiler">Comes with the CUDA toolkit.</param>
internal sealed record CudaApi(CudaDriver Driver, CudaBlas Blas, CudaCompiler Compiler);
