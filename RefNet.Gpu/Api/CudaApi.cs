namespace RefNet.Gpu.Api;

/// <summary>The libraries that RefNet uses, as function tables.</summary>
/// <param name="Driver">Part of the driver of the card.</param>
/// <param name="Blas">Part of the CUDA toolkit.</param>
/// <param name="Compiler">Part of the CUDA toolkit.</param>
/// <param name="Cudnn">Loaded only where it is wanted; a <see cref="CudaException"/> says why it is missing.</param>
internal sealed record CudaApi(CudaDriver Driver, CudaBlas Blas, CudaCompiler Compiler, Lazy<Cudnn> Cudnn);
