using System.CommandLine;
using RefNet.Gpu;
using RefNet.Gpu.MathNet;

namespace RefNet.Console;

/// <summary>refnet gpu: what there is of CUDA on this machine.</summary>
internal sealed class GpuCommand : Command
{
    public GpuCommand(Terminal terminal, Func<CudaProbe> find) : base("gpu", "Show what there is of CUDA on this machine, and if it cannot be used, why.")
    {
        SetAction(_ =>
        {
            CudaProbe probe = find();
            foreach (string line in probe.Lines)
                terminal.WriteLine(line);
            terminal.WriteLine(MathNetCuda.Describe());
            string? problem = probe.Try();
            terminal.WriteLine(problem is null
                ? "CUDA can be used: --device cuda"
                : $"CUDA cannot be used here{(problem == probe.Problem ? ": something of it is missing, as said above" : $". {problem}")}.");
            return Host.Done;
        });
    }
}
