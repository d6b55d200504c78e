using System.CommandLine;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>refnet predict: the digits that a trained network sees in pictures.</summary>
internal sealed class PredictCommand : Command
{
    private const int Shown = 3;

    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string> run = Inputs.Run();
    private readonly DeviceOptions device = new();
    private readonly Argument<string[]> images = new("IMAGE")
    {
        Description = "Pictures of one digit each, PNG or PGM, of any size.",
        Arity = ArgumentArity.OneOrMore,
    };

    public PredictCommand(Terminal terminal, Func<CudaProbe> findCuda) : base("predict", "Recognise digits in pictures.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        Add(run);
        Add(images);
        Add(device.Device);
        Add(device.Tf32);
        Validators.Add(device.CheckTogether);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        RunFolder folder = RunFolder.Open(arguments.GetRequiredValue(run));
        RunOptions options = folder.ReadOptions();
        Recipe recipe = Recipe.Find(options.Model);
        using DeviceChoice choice = device.Take(arguments, findCuda, terminal);
        Sequential<float> network = recipe.CreateNetwork(options.Seed);
        IReadOnlyDictionary<string, string> notes = Checkpoint.Load(folder.Best, options.Model, network, optimizer: null);

        string[]? classNames = notes.GetValueOrDefault(TrainingRun.ClassNamesNote)?.Split('\n');
        int code = Host.Done;
        foreach (string path in arguments.GetRequiredValue(images))
        {
            try
            {
                Predict(recipe, network, classNames, path);
            }
            catch (Exception error) when (error is InputException or IOException or UnauthorizedAccessException)
            {
                // One bad picture does not take the others down. A fault of the machine says more than a bad picture.
                terminal.Error.WriteLine($"error: {(error.Message.StartsWith(path, StringComparison.Ordinal) ? "" : path + ": ")}{error.Message}");
                code = error is InputException && code != Host.Failed ? Host.BadInput : Host.Failed;
            }
        }

        choice.WriteAccount(terminal);
        return code;
    }

    private void Predict(Recipe recipe, Sequential<float> network, string[]? classNames, string path)
    {
        GreyImage digit = DigitPreparation.Prepare(ImageFile.Read(path));
        ImageSet one = new(digit.Pixels.ToArray(), new byte[1], digit.Rows, digit.Columns, ["unknown"]);
        Tensor<float> y = network.Forward(new Batches<float>(one, recipe.Scaling, batchSize: 1).InOrder().First().Images, Mode.Evaluate);

        ClassificationLoss<float> loss = recipe.CreateLoss();
        float[] measures = new float[y.Count];
        bool areProbabilities = loss.TryGetProbabilities(y.Span, measures);
        if (!areProbabilities)
            y.Span.CopyTo(measures);

        terminal.WriteLine($"{path}: {Name(loss.Decide(y.Span))}");
        foreach (int c in Enumerable.Range(0, measures.Length).OrderByDescending(c => measures[c]).Take(Shown))
            terminal.WriteLine($"  {Name(c)}  {(areProbabilities ? Format.Percent(measures[c]) : "score " + Format.Number(measures[c]))}");
        terminal.WriteLine("What the network saw:");
        terminal.WriteLine(DigitPicture.Draw(digit));

        string Name(int c) => c < classNames?.Length ? Format.Class(c, classNames[c]) : $"{c}";
    }
}
