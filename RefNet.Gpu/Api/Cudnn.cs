using System.Runtime.InteropServices;

namespace RefNet.Gpu.Api;

/// <summary>
/// cuDNN: NVIDIA's convolutions, version 8 or 9. Names and signatures are those of cudnn_graph.h, cudnn_ops.h and cudnn_cnn.h of
/// version 9, and of the headers *_infer.h and *_train.h of version 8.
/// </summary>
internal sealed unsafe class Cudnn
{
    private const int Nchw = 0;            // cudnnTensorFormat_t
    private const int Convolve = 0;        // cudnnConvolutionMode_t: the kernel is flipped
    private const int CrossCorrelate = 1;

    private readonly delegate* unmanaged[Cdecl]<int, int*, int> getProperty;
    private readonly delegate* unmanaged[Cdecl]<int, byte*> getErrorString;
    private readonly delegate* unmanaged[Cdecl]<nint*, int> create, createTensor, createFilter, createConvolution;
    private readonly delegate* unmanaged[Cdecl]<nint, int> destroy, destroyTensor, destroyFilter, destroyConvolution;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int> setStream;
    private readonly delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, int, int> setTensor, setFilter;
    private readonly delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, int, int, int, int> setConvolution;
    private readonly delegate* unmanaged[Cdecl]<nint, int, int> setGroupCount, setMathType;

    /// <summary>Takes the functions from a library.</summary>
    /// <exception cref="CudaException">The library lacks one.</exception>
    public Cudnn(NativeExports library)
    {
        Source = library.Source;
        getProperty = (delegate* unmanaged[Cdecl]<int, int*, int>)library["cudnnGetProperty"];
        getErrorString = (delegate* unmanaged[Cdecl]<int, byte*>)library["cudnnGetErrorString"];
        create = (delegate* unmanaged[Cdecl]<nint*, int>)library["cudnnCreate"];
        destroy = (delegate* unmanaged[Cdecl]<nint, int>)library["cudnnDestroy"];
        setStream = (delegate* unmanaged[Cdecl]<nint, nint, int>)library["cudnnSetStream"];
        createTensor = (delegate* unmanaged[Cdecl]<nint*, int>)library["cudnnCreateTensorDescriptor"];
        destroyTensor = (delegate* unmanaged[Cdecl]<nint, int>)library["cudnnDestroyTensorDescriptor"];
        setTensor = (delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, int, int>)library["cudnnSetTensor4dDescriptor"];
        createFilter = (delegate* unmanaged[Cdecl]<nint*, int>)library["cudnnCreateFilterDescriptor"];
        destroyFilter = (delegate* unmanaged[Cdecl]<nint, int>)library["cudnnDestroyFilterDescriptor"];
        setFilter = (delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, int, int>)library["cudnnSetFilter4dDescriptor"];
        createConvolution = (delegate* unmanaged[Cdecl]<nint*, int>)library["cudnnCreateConvolutionDescriptor"];
        destroyConvolution = (delegate* unmanaged[Cdecl]<nint, int>)library["cudnnDestroyConvolutionDescriptor"];
        setConvolution = (delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, int, int, int, int>)library["cudnnSetConvolution2dDescriptor"];
        setGroupCount = (delegate* unmanaged[Cdecl]<nint, int, int>)library["cudnnSetConvolutionGroupCount"];
        setMathType = (delegate* unmanaged[Cdecl]<nint, int, int>)library["cudnnSetConvolutionMathType"];
        // cudnnConvolutionFwdAlgo_t, cudnnConvolutionBwdDataAlgo_t and cudnnConvolutionBwdFilterAlgo_t.
        Forward = new CudnnPass(this, library, "Forward", winograd: (6, 7), fourierTiles: 5);
        InputGradient = new CudnnPass(this, library, "BackwardData", winograd: (4, 5), fourierTiles: 3);
        WeightGradient = new CudnnPass(this, library, "BackwardFilter", winograd: (4, 5), fourierTiles: 6);
    }

    /// <summary>The library, for messages.</summary>
    public string Source { get; }

    /// <summary>Y from X and W.</summary>
    public CudnnPass Forward { get; }

    /// <summary>dX from W and dY.</summary>
    public CudnnPass InputGradient { get; }

    /// <summary>dW from X and dY.</summary>
    public CudnnPass WeightGradient { get; }

    /// <summary>The version of the library.</summary>
    public (int Major, int Minor) Version() => (Property(0), Property(1));

    /// <summary>Starts cuDNN in the current context.</summary>
    public nint Create() => Made("cudnnCreate", create);

    /// <summary>Sets the stream of the convolutions.</summary>
    public void SetStream(nint handle, nint stream) => Check("cudnnSetStream", setStream(handle, stream));

    /// <summary>Creates a description of a tensor.</summary>
    public nint CreateTensor() => Made("cudnnCreateTensorDescriptor", createTensor);

    /// <summary>Describes a batch, N x C x H x W.</summary>
    public void SetTensor(nint tensor, CudnnType type, int n, int c, int h, int w) =>
        Check("cudnnSetTensor4dDescriptor", setTensor(tensor, Nchw, (int)type, n, c, h, w));

    /// <summary>Creates a description of kernels.</summary>
    public nint CreateFilter() => Made("cudnnCreateFilterDescriptor", createFilter);

    /// <summary>Describes kernels, F x C/G x K x K; here the type comes before the format.</summary>
    public void SetFilter(nint filter, CudnnType type, int f, int c, int rows, int columns) =>
        Check("cudnnSetFilter4dDescriptor", setFilter(filter, (int)type, Nchw, f, c, rows, columns));

    /// <summary>Creates a description of a convolution.</summary>
    public nint CreateConvolution() => Made("cudnnCreateConvolutionDescriptor", createConvolution);

    /// <summary>Describes a convolution: padding, stride and dilation of rows and columns, flip and groups.</summary>
    public void SetConvolution(
        nint convolution, CudnnType type, (int Rows, int Columns) padding, (int Rows, int Columns) stride, (int Rows, int Columns) dilation, bool flip, int groups)
    {
        Check("cudnnSetConvolution2dDescriptor", setConvolution(
            convolution, padding.Rows, padding.Columns, stride.Rows, stride.Columns, dilation.Rows, dilation.Columns, flip ? Convolve : CrossCorrelate, (int)type));
        Check("cudnnSetConvolutionGroupCount", setGroupCount(convolution, groups));
    }

    /// <summary>Sets the arithmetic of a convolution.</summary>
    public void SetMath(nint convolution, CudnnMath math) => Check("cudnnSetConvolutionMathType", setMathType(convolution, (int)math));

    // Methods that release never throw: see CudaDriver.

    public void Destroy(nint handle) => _ = destroy(handle);

    public void DestroyTensor(nint tensor) => _ = destroyTensor(tensor);

    public void DestroyFilter(nint filter) => _ = destroyFilter(filter);

    public void DestroyConvolution(nint convolution) => _ = destroyConvolution(convolution);

    /// <summary>Throws unless a call succeeded.</summary>
    public void Check(string call, int status)
    {
        if (status != 0)
            throw new CudaException(call, status, Marshal.PtrToStringUTF8((nint)getErrorString(status)) ?? "");
    }

    private nint Made(string call, delegate* unmanaged[Cdecl]<nint*, int> make)
    {
        nint made;
        Check(call, make(&made));
        return made;
    }

    private int Property(int which)
    {
        int value;
        Check("cudnnGetProperty", getProperty(which, &value));
        return value;
    }
}

/// <summary>cudnnDataType_t.</summary>
internal enum CudnnType
{
    Float = 0,
    Double = 1,
}

/// <summary>cudnnMathType_t.</summary>
internal enum CudnnMath
{
    /// <summary>Operands of float may be rounded to TF32.</summary>
    Default = 0,

    /// <summary>Tensor cores, for float with TF32.</summary>
    TensorCores = 1,

    /// <summary>Operands of float may be rounded to half.</summary>
    Half = 2,

    /// <summary>Operands are not rounded.</summary>
    Fma = 3,
}
