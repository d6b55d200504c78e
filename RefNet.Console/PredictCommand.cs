using System.CommandLine;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>refnet predict: recognises digits in pictures.</summary>
internal sealed class PredictCommand : Command
{
    private const int Shown = 3;

    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string> run = Inputs.Run();
    private readonly BackendOption backend = new();
    private readonly Argument<string[]> images = new("IMAGE")
    {
        Description = "Pictures of one digit each, PNG, JPEG or PGM, of any size.",
        Arity = ArgumentArity.OneOrMore,
    };

    public PredictCommand(Terminal terminal, Func<CudaProbe> findCuda) : base("predict", "Recognise digits in pictures.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        Add(run);
        Add(images);
        backend.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        RunFolder folder = RunFolder.Open(arguments.GetRequiredValue(run));
        RunOptions options = folder.ReadOptions();
        Architecture architecture = Architectures.Find(options.Model);
        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        Network<float> network = architecture.Create<float>(options.Seed);
        network.To(choice.Backend);
        IReadOnlyDictionary<string, string> notes = TrainingRun.LoadBest(options, folder, network);

        string[]? classNames = notes.GetValueOrDefault(TrainingRun.ClassNamesNote)?.Split('\n');
        int code = Host.Done;
        foreach (string path in arguments.GetRequiredValue(images))
        {
            try
            {
                Predict(architecture, network, classNames, path);
            }
            catch (Exception error) when (error is InputException or IOException or UnauthorizedAccessException)
            {
                // One bad picture does not stop the others. A failure of the machine takes precedence over bad input.
                terminal.WriteError($"{(error.Message.StartsWith(path, StringComparison.Ordinal) ? "" : path + ": ")}{error.Message}");
                code = error is InputException && code != Host.Failed ? Host.BadInput : Host.Failed;
            }
        }

        choice.WriteAccount(terminal);
        return code;
    }

    private void Predict(Architecture architecture, Network<float> network, string[]? classNames, string path)
    {
        GreyImage digit = DigitPreparation.Prepare(ImageFile.Read(path));
        ImageSet one = new(digit.Pixels.ToArray(), new byte[1], digit.Rows, digit.Columns, ["unknown"]);
        ReadOnlySpan<float> y = network.Predict(new Batches<float>(one, architecture.Scaling(), batchSize: 1).InOrder().First().Images).Values;

        ClassificationLoss<float> loss = architecture.CreateClassificationLoss<float>();
        float[] measures = y.ToArray();
        bool areProbabilities = loss.TryGetProbabilities(y, measures);

        terminal.WriteLine($"{path}: {Name(loss.Decide(y))}");
        foreach (int c in Enumerable.Range(0, measures.Length).OrderByDescending(c => measures[c]).Take(Shown))
            terminal.WriteLine($"  {Name(c)}  {(areProbabilities ? Format.Percent(measures[c]) : "score " + Format.Number(measures[c]))}");
        terminal.WriteLine("What the network saw:");
        terminal.WriteText(DigitPicture.Draw(digit));

        string Name(int c) => c < classNames?.Length ? Format.Class(c, classNames[c]) : $"{c}";
    }
}
