using RefNet.Backends;
using RefNet.Benchmarks.Work;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.Gpu.Api;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>The tensors of a layer and its convolution: pass 0 is Y = W X, 1 is dW += dY Xᵀ, 2 is dX = Wᵀ dY.</summary>
internal sealed class ConvolutionPasses
{
    private readonly IBackend<float> backend;
    private readonly IConvolution<float> convolution;
    private readonly ConvolutionGeometry geometry;
    private readonly Tensor<float> x, w, dY, y, dX, dW;

    public ConvolutionPasses(int[] extents, IBackend<float> backend)
    {
        (int n, int c, int f, int h, int k) = (extents[0], extents[1], extents[2], extents[3], extents[4]);
        geometry = ConvolutionGeometry.Square(k, extents[5], extents[6]) with { Flip = false, Rounding = Rounding.Floor };
        (int rows, int columns) = geometry.Output(h, h);
        this.backend = backend;
        convolution = backend.Convolution(geometry, groups: 1);
        x = Numbers.Tensor(1, 1, n, c, h, h);
        w = Numbers.Tensor(2, 1, f, c, k, k);
        dY = Numbers.Tensor(3, 1, n, f, rows, columns);
        (y, dX, dW) = (new Tensor<float>(dY.Shape), new Tensor<float>(x.Shape), new Tensor<float>(w.Shape));
    }

    /// <summary>The names of the passes, in their order.</summary>
    public static string[] Names { get; } = ["forward", "weight", "input"];

    /// <summary>The number of products in each sum of a pass.</summary>
    public long Terms(int pass) => pass == 0 ? w.Sample(0).Length : pass == 1 ? dY.Count / dY.Shape[1] : w.Count / w.Shape[1];

    public float[] Result(int pass) => Result(pass, () => Run(pass));

    /// <summary>The result of a pass that is computed another way.</summary>
    public float[] Result(int pass, Action run)
    {
        backend.Fill(dW, 0);
        run();
        return (pass == 0 ? y : pass == 1 ? dW : dX).Values.ToArray();
    }

    public void Run(int pass)
    {
        if (pass == 0)
            convolution.Forward(x, w, null, y);
        else if (pass == 1)
            convolution.AddWeightGradient(x, dY, dW);
        else
            convolution.InputGradient(w, dY, dX);
        (backend as CudaBackend<float>)?.Wait();
    }

    /// <summary>The deterministic algorithms of cuDNN for a pass, each with what runs it, by the speed that it expects.</summary>
    public IEnumerable<(CudnnPlan<float>.Step Algorithm, Action Run)> Algorithms(int pass)
    {
        CudaBackend<float> card = (CudaBackend<float>)backend;
        Cudnn cudnn = card.Device.Api.Cudnn.Value;
        CudnnPlan<float> plan = card.CudnnPlans!.Find(geometry, groups: 1, x.Shape, y.Shape)!;
        CudnnPass which = pass == 0 ? cudnn.Forward : pass == 1 ? cudnn.WeightGradient : cudnn.InputGradient;
        return plan.Deterministic(which).Select(algorithm => (algorithm, (Action)(() =>
        {
            if (pass == 0)
                algorithm.Run(card.Read(x), card.Read(w), card.Write(y));
            else if (pass == 1)
                algorithm.Run(card.Read(x), card.Read(dY), card.Change(dW), adds: true);
            else
                algorithm.Run(card.Read(w), card.Read(dY), card.Write(dX));
            card.Wait();
        })));
    }
}
