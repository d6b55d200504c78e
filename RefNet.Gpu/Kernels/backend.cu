// All kernels of the CUDA backend.
#include "elements.cu"
#include "channels.cu"
#include "pooling.cu"
#include "convolution.cu"
#include "outputs.cu"
#include "fused.cu"
