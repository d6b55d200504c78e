using System.Globalization;
using RefNet.Benchmarks.Work;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace RefNet.Peers;

/// <summary>Makes a work of LibTorch from its words, as Works does for RefNet and WORKS of worker.py for PyTorch.</summary>
internal sealed class LibTorchWorks(Layout layout)
{
    // As in RefNet.Benchmarks/Work/StepWork.cs.
    private const int Batches = 4;
    private const double Rate = 0.01, Momentum = 0.9;

    public IWork Create(string[] words)
    {
        int[] n = [.. words.Where(word => char.IsDigit(word[0])).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        return words[0] switch
        {
            "gemm" => Product(n, bool.Parse(words[4]), bool.Parse(words[5])),
            "conv-forward" => Convolution(n),
            "conv-input" => ConvolutionGradient(n, ofInput: true),
            "conv-weight" => ConvolutionGradient(n, ofInput: false),
            "step" => Step(words[1], n),
            "evaluate" => Evaluation(words[1], n),
            "tanh" => Function(n[0], tanh),
            "exp" => Function(n[0], exp),
            "sigmoid" => Function(n[0], sigmoid),
            "batchnorm" => Normalization(n),
            "relu" => Layer(n, x => functional.relu(x)),
            "dropout" => Layer(n, x => functional.dropout(x, 0.5, training: true)),
            "maxpool" => Layer(n[..4], x => functional.max_pool2d(x, n[4], n[5], n[6])),
            "avgpool" => Layer(n[..4], x => functional.avg_pool2d(x, n[4], n[5], n[6])),
            "softmax-loss" => Loss(n[0], n[1]),
            "momentum" => MomentumStep(n[0]),
            _ => throw new ArgumentException($"There is no work {words[0]}."),
        };
    }

    private TorchWork Product(int[] n, bool transposeA, bool transposeB)
    {
        Tensor a = transposeA ? layout.Tensor(1, 1, n[2], n[0]).t() : layout.Tensor(1, 1, n[0], n[2]);
        Tensor b = transposeB ? layout.Tensor(2, 1, n[1], n[2]).t() : layout.Tensor(2, 1, n[2], n[1]);
        return new TorchWork(() => [a.mm(b)]);
    }

    private TorchWork Convolution(int[] n)
    {
        (Tensor x, Tensor w) = (layout.Tensor(1, 1, n[0], n[1], n[3], n[3]), layout.Tensor(2, 1, n[2], n[1], n[4], n[4]));
        return new TorchWork(() => [functional.conv2d(x, w, strides: [n[5], n[5]], padding: [n[6], n[6]])]);
    }

    // Backward of one forward pass, again and again: what has no gradient is not computed.
    private TorchWork ConvolutionGradient(int[] n, bool ofInput)
    {
        (Tensor x, Tensor w) = (layout.Tensor(1, 1, n[0], n[1], n[3], n[3]), layout.Tensor(2, 1, n[2], n[1], n[4], n[4]));
        Tensor of = (ofInput ? x : w).requires_grad_();
        Tensor y = functional.conv2d(x, w, strides: [n[5], n[5]], padding: [n[6], n[6]]);
        Tensor dY = layout.Tensor(3, 1, y.shape);
        return new TorchWork(() => [autograd.grad([y], [of], [dY], retain_graph: true)[0]]);
    }

    private TorchWork Step(string name, int[] n)
    {
        Module<Tensor, Tensor> network = Networks.Create(name, layout);
        network.train();
        (Tensor X, Tensor T)[] batches = [.. Enumerable.Range(0, Batches).Select(b =>
            (layout.Tensor(b, 2, n[0], n[1], n[2], n[3]), tensor(Array.ConvertAll(Numbers.Labels(n[0], 50 + b, n[4]), label => (long)label))))];
        SGD optimizer = optim.SGD(network.parameters(), Rate, Momentum);
        int step = 0;
        return new TorchWork(() => [Take()], _ => [.. batches.Select(_ => Take().item<float>())]);

        Tensor Take()
        {
            (Tensor x, Tensor t) = batches[step++ % Batches];
            Tensor loss = functional.cross_entropy(network.call(x), t);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            return loss;
        }
    }

    private TorchWork Evaluation(string name, int[] n)
    {
        Module<Tensor, Tensor> network = Networks.Create(name, layout);
        network.eval();
        Tensor x = layout.Tensor(1, 2, n[0], n[1], n[2], n[3]);
        return new TorchWork(() =>
        {
            using IDisposable inference = inference_mode();
            return [network.call(x)];
        });
    }

    private TorchWork Function(int count, Func<Tensor, Tensor> f)
    {
        Tensor x = layout.Tensor(1, 8, count);
        return new TorchWork(() => [f(x)]);
    }

    private TorchWork Normalization(int[] n)
    {
        BatchNorm2d norm = BatchNorm2d(n[1]);
        return Layer(n, norm.call, [.. norm.parameters()]);
    }

    private TorchWork Layer(int[] n, Func<Tensor, Tensor> f, params Tensor[] parameters)
    {
        Tensor x = layout.Tensor(1, 1, Array.ConvertAll(n, extent => (long)extent)).requires_grad_();
        Tensor dY = layout.Tensor(2, 1, f(x).shape);
        return new TorchWork(() =>
        {
            Tensor y = f(x);
            return [y, autograd.grad([y], [x, .. parameters], [dY])[0]];
        });
    }

    private TorchWork Loss(int batch, int classes)
    {
        Tensor y = layout.Tensor(1, 8, batch, classes).requires_grad_();
        Tensor t = tensor(Array.ConvertAll(Numbers.Labels(batch, 2, classes), label => (long)label));
        return new TorchWork(() => [autograd.grad([functional.cross_entropy(y, t)], [y])[0]]);
    }

    private TorchWork MomentumStep(int count)
    {
        Parameter parameter = new(layout.Tensor(1, 1, count)) { grad = layout.Tensor(2, 1, count) };
        // RefNet's penalty is lambda times the sum of squares, LibTorch's half of that.
        SGD optimizer = optim.SGD([parameter], 0.01, Momentum, weight_decay: 2 * 0.0005);
        return new TorchWork(
            () =>
            {
                optimizer.step();
                return [parameter];
            });
    }
}
