using System.CommandLine;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Interop;

namespace RefNet.Console;

/// <summary>refnet report: a page about a run: how it was trained, how good it is, where it errs, what it has learnt.</summary>
internal sealed class ReportCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string> run = Inputs.Run();
    private readonly Option<string?> output = Inputs.FileToWrite("--out", "The page. [default: RUN/report.html]");
    private readonly Option<string?> data = Inputs.Text("--data", "DIR", "The present folder of the run's data. [default: where they were]");
    private readonly BackendOption backend = new();

    public ReportCommand(Terminal terminal, Func<CudaProbe> findCuda) : base("report", "Write a page about a run: curves, test error, mistakes, calibration, filters.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        Add(run);
        Add(output);
        Add(data);
        backend.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        string path = arguments.GetRequiredValue(run);
        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        TrainedRun trained = TrainedRun.Open(path, choice.Backend);
        string page = arguments.GetValue(output) ?? Path.Combine(path, "report.html");
        AtomicFile.CheckWritable(page);

        string? missing = null;
        TestAnswers? answers = null;
        ImageSet? images = null;
        try
        {
            images = trained.ReadData(arguments.GetValue(data)).Test;
            answers = TestAnswers.Read(trained, images);
        }
        catch (InputException error) when (arguments.GetValue(data) is null && images is null)
        {
            missing = error.Message;
            terminal.WriteLine($"The report omits the test images: {missing}");
        }

        string html = ReportPage.ToHtml(trained, images, answers, missing);
        AtomicFile.WriteText(page, html);
        if (answers is not null)
            terminal.WriteLine($"Test error: {Format.ErrorWithInterval(answers.Evaluation.Confusion)}");
        terminal.WriteLine($"{page}: the report");
        choice.WriteAccount(terminal);
        return Host.Done;
    }
}
