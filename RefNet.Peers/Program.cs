using RefNet.Benchmarks.Work;
using RefNet.Peers;
using TorchSharp;

return args switch
{
    ["versions"] => Versions.Write(),
    ["contiguous" or "channels_last", string threads] => LibTorch(args[0], int.Parse(threads)),
    ["onnxruntime", string threads, string python, string exporter] => WorkerHost.Run(words => new OnnxWork(words, int.Parse(threads), python, exporter)),
    _ => Usage(),
};

static int LibTorch(string layout, int threads)
{
    Versions.InitializeLogging();
    torch.set_num_threads(threads);
    LibTorchWorks works = new(new Layout(IsChannelsLast: layout == "channels_last"));
    return WorkerHost.Run(works.Create);
}

static int Usage()
{
    Console.Error.WriteLine("""
        The worker of LibTorch and ONNX Runtime, which `RefNet.Benchmarks compare` starts.

        RefNet.Peers versions
        RefNet.Peers contiguous|channels_last THREADS
        RefNet.Peers onnxruntime THREADS PYTHON EXPORTER
        """);
    return 1;
}
