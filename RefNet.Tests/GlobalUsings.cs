// One type of System.Numerics.Tensors, without its own Tensor<T>.
global using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;
