using RefNet.Backends.Simd;
using RefNet.Benchmarks;
using RefNet.Benchmarks.Algorithms;
using RefNet.Benchmarks.Gpu;
using RefNet.Benchmarks.Kernels;
using RefNet.Benchmarks.Work;

return args switch
{
    ["algorithms", .. string[] rest] => AlgorithmsCommand.Run(rest),
    ["answers", string run] => await AnswersCommand.Run(run),
    ["calibrate"] => CalibrateCommand.Run(),
    ["compare", .. string[] rest] => CompareCommand.Run(rest),
    ["gpu", .. string[] rest] => GpuCommand.Run(rest),
    ["kernels", .. string[] rest] => KernelsCommand.Run(rest),
    ["networks", .. string[] names] => NetworksCommand.Run(names),
    ["network", string name] => NetworksCommand.RunOne(name),
    ["worker", string backend, string threads] => Work(backend, int.Parse(threads)),
    _ => CompareCommand.Usage(),
};

static int Work(string backend, int threads)
{
    ParallelLoop.MaxThreads = threads;
    return WorkerHost.Run(words => Works.Create(words, backend, threads));
}
