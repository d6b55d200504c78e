using System.Numerics;
using RefNet.Geometry;
using RefNet.Gpu.Api;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>The plans of a backend, one for all convolutions with the same shapes.</summary>
internal sealed class CudnnPlans<T>(CudaBackend<T> backend) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<(ConvolutionGeometry, int, Shape, Shape), CudnnPlan<T>> plans = [];

    /// <summary>The plan for these shapes; null where cuDNN cannot describe the convolution, or is slower than products.</summary>
    public CudnnPlan<T>? Find(ConvolutionGeometry geometry, int groups, Shape x, Shape y)
    {
        if (Math.Min(x[1], y[1]) / groups < backend.Options.CudnnChannels || !CanDescribe(geometry.Rows, x[2], y[2]) || !CanDescribe(geometry.Columns, x[3], y[3]))
            return null;
        if (!plans.TryGetValue((geometry, groups, x, y), out CudnnPlan<T>? plan))
            plans.Add((geometry, groups, x, y), plan = new CudnnPlan<T>(backend, geometry, groups, x, y));
        return plan;
    }

    /// <summary>Destroys what describes the convolutions; never throws.</summary>
    public void Destroy()
    {
        foreach (CudnnPlan<T> plan in plans.Values)
            plan.Destroy();
    }

    // cuDNN pads both sides by the same number, and rounds the number of positions down.
    private static bool CanDescribe(Window window, int extent, int positions) =>
        window.Before == window.After && window.Positions(extent, Rounding.Floor) == positions;
}

/// <summary>What cuDNN needs for one convolution and one shape: descriptions of its tensors, and for each pass an algorithm.</summary>
internal sealed class CudnnPlan<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CudaBackend<T> backend;
    private readonly Cudnn cudnn;
    private readonly bool isExact, isSmall;
    private readonly nint x, w, y, convolution;

    /// <summary>Describes a convolution.</summary>
    /// <exception cref="CudaException">A call failed; nothing is left.</exception>
    public CudnnPlan(CudaBackend<T> backend, ConvolutionGeometry geometry, int groups, Shape input, Shape output)
    {
        this.backend = backend;
        cudnn = backend.Device.Api.Cudnn.Value;
        CudnnType type = typeof(T) == typeof(float) ? CudnnType.Float : CudnnType.Double;
        (Window rows, Window columns) = (geometry.Rows, geometry.Columns);
        isExact = typeof(T) == typeof(float) && !backend.Options.AllowTf32;
        isSmall = rows.Size <= 3 && columns.Size <= 3;
        using DeviceTurn turn = backend.Device.TakeTurn();
        try
        {
            x = cudnn.CreateTensor();
            cudnn.SetTensor(x, type, input[0], input[1], input[2], input[3]);
            w = cudnn.CreateFilter();
            cudnn.SetFilter(w, type, output[1], input[1] / groups, rows.Size, columns.Size);
            y = cudnn.CreateTensor();
            cudnn.SetTensor(y, type, output[0], output[1], output[2], output[3]);
            convolution = cudnn.CreateConvolution();
            cudnn.SetConvolution(
                convolution, type, (rows.Before, columns.Before), (rows.Stride, columns.Stride), (rows.Dilation, columns.Dilation), geometry.Flip, groups);
            Forward = Choose(cudnn.Forward);
            InputGradient = Choose(cudnn.InputGradient);
            WeightGradient = Choose(cudnn.WeightGradient);
        }
        catch
        {
            Destroy();
            throw;
        }
    }

    /// <summary>Y from X and W; null where no algorithm fits.</summary>
    public Step? Forward { get; }

    /// <summary>dX from W and dY.</summary>
    public Step? InputGradient { get; }

    /// <summary>dW from X and dY.</summary>
    public Step? WeightGradient { get; }

    /// <summary>Destroys the descriptions; never throws.</summary>
    public void Destroy()
    {
        if (x != 0)
            cudnn.DestroyTensor(x);
        if (w != 0)
            cudnn.DestroyFilter(w);
        if (y != 0)
            cudnn.DestroyTensor(y);
        if (convolution != 0)
            cudnn.DestroyConvolution(convolution);
    }

    /// <summary>All algorithms that give the same bits each time, in the order of the speed that cuDNN expects, to be timed.</summary>
    public IReadOnlyList<Step> Deterministic(CudnnPass pass)
    {
        using DeviceTurn turn = backend.Device.TakeTurn();
        return [.. Steps(pass, _ => true)];
    }

    // The choice does not depend on measurements of this run, so that the same operands give the same bits. Measured on an H100 (gpu algorithms):
    // where operands may be rounded to TF32, the first that cuDNN names is the fastest. Where not, it names those that compute products first,
    // and with these cuBLAS is as fast, by columns; Winograd's algorithm takes down to a third of the time, and Fourier transforms of tiles,
    // which need less memory, half. For 5x5 kernels Winograd's algorithm has errors of 5e-4 and more.
    private Step? Choose(CudnnPass pass) => isExact
        ? Steps(pass, algorithm => pass.IsWinograd(algorithm) && isSmall).Concat(Steps(pass, pass.IsFourierTiles)).FirstOrDefault()
        : Steps(pass, algorithm => !pass.IsWinograd(algorithm) || isSmall).FirstOrDefault();

    // The algorithms that are deterministic, round no operands unless that is allowed, and need no more memory than is.
    private IEnumerable<Step> Steps(CudnnPass pass, Func<int, bool> isWanted)
    {
        nint handle = backend.Device.Cudnn;
        (nint first, nint second, nint result) = pass == cudnn.Forward ? (x, w, y) : pass == cudnn.InputGradient ? (w, y, x) : (x, y, w);
        cudnn.SetMath(convolution, isExact ? CudnnMath.Fma : CudnnMath.Default);
        foreach (CudnnAlgorithm algorithm in pass.Algorithms(handle, first, second, convolution, result))
        {
            // Asked with Fma, cuDNN may still say Default, with which it would round.
            CudnnMath math = isExact ? CudnnMath.Fma : algorithm.Math;
            if (algorithm is not { Status: 0, Determinism: 1 } || math == CudnnMath.Half || !isWanted(algorithm.Number))
                continue;
            cudnn.SetMath(convolution, math);
            if (pass.Workspace(handle, first, second, convolution, result, algorithm.Number) is { } bytes && bytes <= backend.Options.CudnnBytes)
                yield return new Step(this, pass, algorithm.Number, math, bytes, first, second, result);
        }
    }

    /// <summary>A pass with its algorithm.</summary>
    internal sealed class Step(CudnnPlan<T> plan, CudnnPass pass, int algorithm, CudnnMath math, long workspaceBytes, nint first, nint second, nint result)
    {
        /// <summary>The pass and its algorithm, for tables of times.</summary>
        public string Name => $"{pass.Name} of cuDNN, algorithm {algorithm}";

        /// <summary>The number of the algorithm within its pass, cudnnConvolutionFwdAlgo_t and its siblings.</summary>
        public int Algorithm => algorithm;

        /// <summary>Bytes of workspace.</summary>
        public long WorkspaceBytes => workspaceBytes;

        /// <summary>The arithmetic.</summary>
        public CudnnMath Math => math;

        /// <summary>Computes a result from two operands, given by their addresses; adds to it, or writes it.</summary>
        public unsafe void Run(nint firstAddress, nint secondAddress, nint resultAddress, bool adds = false)
        {
            nint workspace = workspaceBytes == 0 ? 0 : plan.backend.Scratch((workspaceBytes + sizeof(T) - 1) / sizeof(T));
            using DeviceTurn turn = plan.backend.Device.TakeTurn();
            turn.Device.Do(new Piece(this, firstAddress, secondAddress, resultAddress, adds, workspace));
        }

        private readonly record struct Piece(Step Step, nint First, nint Second, nint Result, bool Adds, nint Workspace) : IStreamPiece
        {
            public StreamWork Kind => StreamWork.Products;

            public string Name => Step.Name;

            public void Issue(CudaDevice device) => Step.Issue(device, this);
        }

        private void Issue(CudaDevice device, Piece piece)
        {
            plan.cudnn.SetMath(plan.convolution, math); // which other passes may have changed
            pass.Run<T>(
                device.Cudnn, (first, piece.First), (second, piece.Second), plan.convolution, algorithm, piece.Workspace, workspaceBytes, piece.Adds, (result, piece.Result));
        }
    }
}
