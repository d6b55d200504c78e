using System.CommandLine;
using RefNet.Gpu;
using RefNet.Gpu.MathNet;

namespace RefNet.Console;

/// <summary>refnet gpu: the CUDA installation, or why it cannot be used.</summary>
internal sealed class GpuCommand : Command
{
    public GpuCommand(Terminal terminal, Func<CudaProbe> find) : base("gpu", "Show the CUDA installation, or why it cannot be used.")
    {
        SetAction(_ =>
        {
            CudaProbe probe = find();
            foreach (string line in probe.Lines)
                terminal.WriteText(line);
            terminal.WriteText(probe.Cudnn.Line);
            terminal.WriteText(MathNetCuda.Describe());
            string? problem = probe.Try();
            terminal.WriteText(problem is null
                ? "CUDA can be used: --backend cuda"
                : $"CUDA cannot be used here{(problem == probe.Problem ? ": see above for what is missing" : $". {problem}")}.");
            return Host.Done;
        });
    }
}
