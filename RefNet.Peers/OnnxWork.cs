using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using RefNet.Benchmarks.Work;

namespace RefNet.Peers;

/// <summary>A forward pass of a network by ONNX Runtime. PyTorch writes the model, with the weights that all rivals have.</summary>
internal sealed class OnnxWork : IWork
{
    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly OrtValue x, y;
    private readonly float[] output;

    /// <param name="words">"evaluate", an architecture, images, and the three extents of one.</param>
    /// <param name="threads">Threads of an operation; operations follow one another.</param>
    /// <param name="python">The program that runs the exporter.</param>
    /// <param name="exporter">export_onnx.py.</param>
    public OnnxWork(string[] words, int threads, string python, string exporter)
    {
        if (words is not ["evaluate", _, _, _, _, _])
            throw new ArgumentException($"ONNX Runtime evaluates networks; found the work {words[0]}.");
        string model = Path.GetTempFileName();
        try
        {
            Export(python, [exporter, model, .. words[1..]]);
            session = new InferenceSession(model, new SessionOptions
            {
                IntraOpNumThreads = threads,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            });
        }
        finally
        {
            File.Delete(model);
        }

        long[] extents = [.. words[2..].Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
        float[] input = new float[extents.Aggregate((a, b) => a * b)];
        Numbers.Fill(input, 1, 2);
        x = OrtValue.CreateTensorValueFromMemory(input, extents);
        long[] outputs = Array.ConvertAll(session.OutputMetadata["y"].Dimensions, extent => (long)extent);
        output = new float[outputs.Aggregate((a, b) => a * b)];
        y = OrtValue.CreateTensorValueFromMemory(output, outputs);
    }

    public float[] Result
    {
        get
        {
            List<float> sample = [];
            Numbers.Sample(output, sample);
            return [.. sample];
        }
    }

    public void Run() => session.Run(options, ["x"], [x], ["y"], [y]);

    // Its messages go to the error stream: answers of this worker stand in the output.
    private static void Export(string python, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The export to ONNX ended with code {process.ExitCode}.");
    }
}
