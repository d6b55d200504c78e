using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Backends.Simd;
using RefNet.Geometry;
using RefNet.Gpu.Api;
using RefNet.Tensors;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>
/// The functions of cuDNN that RefNet calls, under the names of cudnn_ops.h and cudnn_cnn.h. It computes by the definition of
/// convolution, refuses descriptions that do not fit together, and offers algorithms that must not be chosen before those that may.
/// </summary>
internal static unsafe class FakeCudnn
{
    public const int Nondeterministic = 0, Unsupported = 2, Greedy = 4, Right = 1;

    private const int NotInitialized = 1001;
    private const int BadParameter = 2000;
    private const int NotSupported = 3000;
    private const long LargeConvolution = 1 << 22;

    private static readonly nint someText = Marshal.StringToCoTaskMemUTF8("CUDNN_STATUS_OF_A_TEST");

    private enum Pass
    {
        Forward,
        BackwardData,
        BackwardFilter,
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnGetProperty(int which, int* value)
    {
        *value = which == 0 ? 9 : 19;
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static nint cudnnGetErrorString(int status) => someText;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnCreate(nint* handle) => Make(nameof(cudnnCreate), "cudnn", handle);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnDestroy(nint handle) => FakeCuda.Call(nameof(cudnnDestroy), fake => fake.GiveBack("cudnn", handle));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnSetStream(nint handle, nint stream) => FakeCuda.Call(nameof(cudnnSetStream), fake =>
    {
        if (!fake.Has("cudnn", handle))
            return NotInitialized;
        fake.SetStream(handle, stream);
        return fake.Has("stream", stream) ? 0 : BadParameter;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnCreateTensorDescriptor(nint* tensor) => Make(nameof(cudnnCreateTensorDescriptor), "tensor", tensor);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnDestroyTensorDescriptor(nint tensor) => FakeCuda.Call(nameof(cudnnDestroyTensorDescriptor), fake => fake.GiveBack("tensor", tensor));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnSetTensor4dDescriptor(nint tensor, int format, int type, int n, int c, int h, int w) => Describe(
        nameof(cudnnSetTensor4dDescriptor), "tensor", tensor, format == 0 && type is 0 or 1 && Math.Min(Math.Min(n, c), Math.Min(h, w)) > 0, () => new FakeTensor(type, new Shape(n, c, h, w)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnCreateFilterDescriptor(nint* filter) => Make(nameof(cudnnCreateFilterDescriptor), "filter", filter);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnDestroyFilterDescriptor(nint filter) => FakeCuda.Call(nameof(cudnnDestroyFilterDescriptor), fake => fake.GiveBack("filter", filter));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnSetFilter4dDescriptor(nint filter, int type, int format, int k, int c, int h, int w) => Describe(
        nameof(cudnnSetFilter4dDescriptor), "filter", filter, format == 0 && type is 0 or 1 && Math.Min(Math.Min(k, c), Math.Min(h, w)) > 0, () => new FakeTensor(type, new Shape(k, c, h, w)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnCreateConvolutionDescriptor(nint* convolution) => Make(nameof(cudnnCreateConvolutionDescriptor), "convolution", convolution);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnDestroyConvolutionDescriptor(nint convolution) =>
        FakeCuda.Call(nameof(cudnnDestroyConvolutionDescriptor), fake => fake.GiveBack("convolution", convolution));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnSetConvolution2dDescriptor(
        nint convolution, int padRows, int padColumns, int strideRows, int strideColumns, int dilationRows, int dilationColumns, int mode, int type) => Describe(
        nameof(cudnnSetConvolution2dDescriptor), "convolution", convolution,
        Math.Min(padRows, padColumns) >= 0 && Math.Min(Math.Min(strideRows, strideColumns), Math.Min(dilationRows, dilationColumns)) > 0 && mode is 0 or 1 && type is 0 or 1,
        () => new FakeConvolution(
            type, kernel => new Window(kernel, strideRows, padRows, padRows, dilationRows), kernel => new Window(kernel, strideColumns, padColumns, padColumns, dilationColumns), mode == 0));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnSetConvolutionGroupCount(nint convolution, int groups) => FakeCuda.Call(nameof(cudnnSetConvolutionGroupCount), fake =>
    {
        if (fake.Described<FakeConvolution>("convolution", convolution) is not { } described || groups < 1)
            return BadParameter;
        described.Groups = groups;
        return 0;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnSetConvolutionMathType(nint convolution, int type) => FakeCuda.Call(nameof(cudnnSetConvolutionMathType), fake =>
    {
        if (fake.Described<FakeConvolution>("convolution", convolution) is not { } described || type is < 0 or > 3)
            return BadParameter;
        described.Math = (CudnnMath)type;
        return 0;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnGetConvolutionForwardAlgorithm_v7(nint handle, nint x, nint w, nint convolution, nint y, int most, int* count, CudnnAlgorithm* algorithms) =>
        Algorithms(nameof(cudnnGetConvolutionForwardAlgorithm_v7), Pass.Forward, handle, x, w, convolution, y, most, count, algorithms);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnGetConvolutionBackwardDataAlgorithm_v7(nint handle, nint w, nint dy, nint convolution, nint dx, int most, int* count, CudnnAlgorithm* algorithms) =>
        Algorithms(nameof(cudnnGetConvolutionBackwardDataAlgorithm_v7), Pass.BackwardData, handle, dx, w, convolution, dy, most, count, algorithms);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnGetConvolutionBackwardFilterAlgorithm_v7(nint handle, nint x, nint dy, nint convolution, nint dw, int most, int* count, CudnnAlgorithm* algorithms) =>
        Algorithms(nameof(cudnnGetConvolutionBackwardFilterAlgorithm_v7), Pass.BackwardFilter, handle, x, dw, convolution, dy, most, count, algorithms);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnGetConvolutionForwardWorkspaceSize(nint handle, nint x, nint w, nint convolution, nint y, int algorithm, nuint* bytes) =>
        Workspace(nameof(cudnnGetConvolutionForwardWorkspaceSize), handle, x, w, convolution, y, algorithm, bytes);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnGetConvolutionBackwardDataWorkspaceSize(nint handle, nint w, nint dy, nint convolution, nint dx, int algorithm, nuint* bytes) =>
        Workspace(nameof(cudnnGetConvolutionBackwardDataWorkspaceSize), handle, dx, w, convolution, dy, algorithm, bytes);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnGetConvolutionBackwardFilterWorkspaceSize(nint handle, nint x, nint dy, nint convolution, nint dw, int algorithm, nuint* bytes) =>
        Workspace(nameof(cudnnGetConvolutionBackwardFilterWorkspaceSize), handle, x, dw, convolution, dy, algorithm, bytes);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnConvolutionForward(
        nint handle, void* alpha, nint xType, nint x, nint wType, nint w, nint convolution, int algorithm, nint workspace, nuint bytes, void* beta, nint yType, nint y) =>
        Run(nameof(cudnnConvolutionForward), Pass.Forward, handle, alpha, beta, (xType, x), (wType, w), convolution, (yType, y), algorithm, workspace, bytes);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnConvolutionBackwardData(
        nint handle, void* alpha, nint wType, nint w, nint dyType, nint dy, nint convolution, int algorithm, nint workspace, nuint bytes, void* beta, nint dxType, nint dx) =>
        Run(nameof(cudnnConvolutionBackwardData), Pass.BackwardData, handle, alpha, beta, (dxType, dx), (wType, w), convolution, (dyType, dy), algorithm, workspace, bytes);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cudnnConvolutionBackwardFilter(
        nint handle, void* alpha, nint xType, nint x, nint dyType, nint dy, nint convolution, int algorithm, nint workspace, nuint bytes, void* beta, nint dwType, nint dw) =>
        Run(nameof(cudnnConvolutionBackwardFilter), Pass.BackwardFilter, handle, alpha, beta, (xType, x), (dwType, dw), convolution, (dyType, dy), algorithm, workspace, bytes);

    // The numbers of cudnnConvolutionFwdAlgo_t and its siblings.
    private static int FourierTiles(Pass pass) => pass == Pass.Forward ? 5 : pass == Pass.BackwardData ? 3 : 6;

    private static int Winograd(Pass pass) => pass == Pass.Forward ? 7 : 5;

    private static int Make(string call, string kind, nint* made) => FakeCuda.Call(call, fake =>
    {
        *made = fake.Make(kind);
        return 0;
    });

    private static int Describe(string call, string kind, nint handle, bool isPossible, Func<object> description) => FakeCuda.Call(call, fake =>
    {
        if (!fake.Has(kind, handle) || !isPossible)
            return BadParameter;
        fake.Descriptions[handle] = description();
        return 0;
    });

    private static int Algorithms(string call, Pass pass, nint handle, nint x, nint w, nint convolution, nint y, int most, int* count, CudnnAlgorithm* algorithms) => FakeCuda.Call(call, fake =>
    {
        if (!fake.Has("cudnn", handle))
            return NotInitialized;
        if (Problem(fake, x, w, convolution, y) is not null || most < fake.CudnnAlgorithms)
            return BadParameter;
        // Real ones name the arithmetic of each, and not always the one that was set.
        CudnnMath named = fake.Described<FakeConvolution>("convolution", convolution)!.Math == CudnnMath.Default ? CudnnMath.TensorCores : CudnnMath.Default;
        CudnnAlgorithm[] offered =
        [
            new() { Number = Nondeterministic, Determinism = 0 },
            new() { Number = Unsupported, Determinism = 1, Status = NotSupported },
            new() { Number = Unsupported, Determinism = 1 }, // as it says, and is not
            new() { Number = Greedy, Determinism = 1 },
            new() { Number = named == CudnnMath.TensorCores ? Right : Unsupported, Determinism = 1, Math = CudnnMath.Half },
            new() { Number = Right, Determinism = 1, Math = named },
            new() { Number = FourierTiles(pass), Determinism = 1, Math = named },
            new() { Number = Winograd(pass), Determinism = 1, Math = named },
        ];
        *count = Math.Min(fake.CudnnAlgorithms, offered.Length);
        offered.AsSpan(0, *count).CopyTo(new Span<CudnnAlgorithm>(algorithms, most));
        return 0;
    });

    private static int Workspace(string call, nint handle, nint x, nint w, nint convolution, nint y, int algorithm, nuint* bytes) => FakeCuda.Call(call, fake =>
    {
        if (!fake.Has("cudnn", handle))
            return NotInitialized;
        if (Problem(fake, x, w, convolution, y) is not null)
            return BadParameter;
        *bytes = WorkspaceOf(fake, y, algorithm);
        return algorithm == Unsupported ? NotSupported : 0;
    });

    // Sometimes none, and no multiple of the size of a number.
    private static nuint WorkspaceOf(FakeCuda fake, nint y, int algorithm) => algorithm == Greedy ? (1 << 30) + 1 : (nuint)(fake.Described<FakeTensor>("tensor", y)!.Shape.Count % 5 * 2047);

    private static int Run(
        string call, Pass pass, nint handle, void* alpha, void* beta, (nint Type, nint Address) x, (nint Type, nint Address) w, nint convolution, (nint Type, nint Address) y,
        int algorithm, nint workspace, nuint bytes) => FakeCuda.Call(call, fake =>
    {
        if (!fake.Has("cudnn", handle))
            return NotInitialized;
        if (!fake.HasStream(handle))
            throw new InvalidOperationException("The convolution stands in another queue than the copies, which do not wait for it.");
        if (Problem(fake, x.Type, w.Type, convolution, y.Type) is { } problem)
            throw new InvalidOperationException(problem);
        FakeConvolution described = fake.Described<FakeConvolution>("convolution", convolution)!;
        if (algorithm == Nondeterministic)
            throw new InvalidOperationException("This algorithm may give other bits each time.");
        if (described.Math == CudnnMath.Half)
            throw new InvalidOperationException("Operands would be rounded to half.");
        if (algorithm != Right && algorithm != FourierTiles(pass) && algorithm != Winograd(pass))
            return NotSupported;
        if (bytes < WorkspaceOf(fake, y.Type, algorithm))
            return BadParameter;
        (FakeTensor tensorX, FakeTensor tensorW, FakeTensor tensorY) = (fake.Described<FakeTensor>("tensor", x.Type)!, fake.Described<FakeTensor>("filter", w.Type)!, fake.Described<FakeTensor>("tensor", y.Type)!);
        fake.Products.Add($"{call} {described.Math} groups {described.Groups} algorithm {algorithm}");
        return described.Type == 0
            ? Enqueue<float>(*(float*)alpha, *(float*)beta)
            : Enqueue<double>(*(double*)alpha, *(double*)beta);

        int Enqueue<T>(T one, T ofResult) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            if (one != T.One)
                return BadParameter;
            return fake.Enqueue(call, () =>
            {
                if (bytes > 0)
                    new Span<byte>(fake.Memory(FakeDriver.Card, workspace, (long)bytes), (int)bytes).Fill(0xFF);
                (FakeTensor Tensor, nint Address) result = pass == Pass.Forward ? (tensorY, y.Address) : pass == Pass.BackwardData ? (tensorX, x.Address) : (tensorW, w.Address);
                Tensor<T> computed = new(result.Tensor.Shape);
                Compute(pass, described.For<T>(tensorX, tensorW), Read<T>(fake, tensorX, x.Address), Read<T>(fake, tensorW, w.Address), Read<T>(fake, tensorY, y.Address), computed);
                Span<T> memory = Numbers<T>(fake, result.Tensor, result.Address);
                for (int i = 0; i < memory.Length; i++)
                    memory[i] = ofResult == T.Zero ? computed.Values[i] : computed.Values[i] + ofResult * memory[i];
            });
        }
    });

    private static void Compute<T>(Pass pass, IConvolution<T> convolution, Tensor<T> x, Tensor<T> w, Tensor<T> y, Tensor<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (pass == Pass.Forward)
            convolution.Forward(x, w, null, result);
        else if (pass == Pass.BackwardData)
            convolution.InputGradient(w, y, result);
        else
            convolution.AddWeightGradient(x, y, result);
    }

    private static Span<T> Numbers<T>(FakeCuda fake, FakeTensor tensor, nint address) where T : unmanaged =>
        new(fake.Memory(FakeDriver.Card, address, tensor.Shape.Count * (long)sizeof(T)), tensor.Shape.Count);

    private static Tensor<T> Read<T>(FakeCuda fake, FakeTensor tensor, nint address) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(tensor.Shape, Numbers<T>(fake, tensor, address).ToArray());

    // What does not fit together, or null.
    private static string? Problem(FakeCuda fake, nint x, nint w, nint convolution, nint y)
    {
        if (fake.Described<FakeTensor>("tensor", x) is not { } input || fake.Described<FakeTensor>("tensor", y) is not { } output
            || fake.Described<FakeTensor>("filter", w) is not { } filter || fake.Described<FakeConvolution>("convolution", convolution) is not { } described)
        {
            return "A description is missing, of another kind, or was destroyed.";
        }

        if (input.Type != described.Type || output.Type != described.Type || filter.Type != described.Type)
            return "The types of the descriptions differ.";
        if (filter.Shape[1] * described.Groups != input.Shape[1] || filter.Shape[0] % described.Groups != 0)
            return $"Kernels {filter.Shape} in {described.Groups} groups do not fit {input.Shape}.";
        Shape expected = described.Geometry(filter).Output(input.Shape.Sample, filter.Shape[0]).Batch(input.Shape[0]);
        return expected.Equals(output.Shape) ? null : $"The output is {output.Shape} where {expected} is computed.";
    }

    private sealed record FakeTensor(int Type, Shape Shape);

    private sealed record FakeConvolution(int Type, Func<int, Window> Rows, Func<int, Window> Columns, bool Flip)
    {
        public int Groups { get; set; } = 1;

        public CudnnMath Math { get; set; }

        public ConvolutionGeometry Geometry(FakeTensor filter) => new(Rows(filter.Shape[2]), Columns(filter.Shape[3])) { Flip = Flip, Rounding = Rounding.Floor };

        /// <summary>The definition; for large ones the engine's own, which its tests hold to the definition.</summary>
        public IConvolution<T> For<T>(FakeTensor x, FakeTensor w) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            IBackend<T> backend = (long)x.Shape.Count * w.Shape.Count < LargeConvolution ? new ReferenceBackend<T>() : new SimdBackend<T>();
            return backend.Convolution(Geometry(w), Groups);
        }
    }
}
