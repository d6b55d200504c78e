using System.CommandLine;
using System.CommandLine.Parsing;
using RefNet.Gpu;

namespace RefNet.Console;

/// <summary>--device and --tf32, of the commands that run networks.</summary>
internal sealed class DeviceOptions
{
    /// <summary>Makes the options.</summary>
    public DeviceOptions()
    {
        Device = Inputs.Text(
            "--device", "cpu|cuda|auto", "Where large matrix products are computed; auto takes cuda where it can be used, and says so. [default: cpu]");
        Device.Validators.Add(result =>
        {
            string found = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
            if (found is not (DeviceChoice.Processor or DeviceChoice.Cuda or DeviceChoice.Auto))
                result.AddError($"--device: expected cpu, cuda or auto; found '{found}'.");
        });
    }

    /// <summary>Where to compute.</summary>
    public Option<string?> Device { get; }

    /// <summary>Whether the card may round.</summary>
    public Option<bool> Tf32 { get; } = new("--tf32")
    {
        Description = "Let the card round the operands of its products to TF32, 10 bits of mantissa in place of 23: faster and less exact. Only with --device cuda or auto.",
    };

    /// <summary>Adds an error where --tf32 stands alone: the processor does not round so.</summary>
    public void CheckTogether(CommandResult result)
    {
        if (result.GetValue(Tf32) && result.GetValue(Device) is null or DeviceChoice.Processor)
            result.AddError($"--tf32: expected --device cuda or --device auto with it; found --device {DeviceChoice.Processor}{(result.GetValue(Device) is null ? ", the default" : "")}.");
    }

    /// <summary>Takes the device that the command line asks for.</summary>
    /// <exception cref="InputException">cuda is wanted and cannot be used.</exception>
    public DeviceChoice Take(ParseResult arguments, Func<CudaProbe> probe, Terminal shown) =>
        DeviceChoice.Take(arguments.GetValue(Device), arguments.GetValue(Tf32), probe, shown);
}
