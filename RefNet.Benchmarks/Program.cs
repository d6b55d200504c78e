using RefNet.Benchmarks;
using RefNet.Benchmarks.Work;

return args switch
{
    ["compare", .. string[] rest] => CompareCommand.Run(rest),
    ["worker", string backend, string threads] => WorkerHost.Run(backend, int.Parse(threads)),
    _ => CompareCommand.Usage(),
};
