using System.CommandLine;
using RefNet.Data;
using RefNet.Data.Digits;
using RefNet.Gpu;
using RefNet.Interop;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>refnet predict: recognises digits in pictures.</summary>
internal sealed class PredictCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string> run = Inputs.Run();
    private readonly BackendOption backend = new();
    private readonly Option<string?> show = Inputs.FileToWrite("--show", "Also draw the processing steps of each picture into this PNG file.");
    private readonly Option<string?> json = Inputs.Json();
    private readonly Argument<string[]> images = new("IMAGE")
    {
        Description = "Pictures of one or more digits, PNG, JPEG or PGM, of any size.",
        Arity = ArgumentArity.OneOrMore,
    };

    public PredictCommand(Terminal terminal, Func<CudaProbe> findCuda) : base("predict", "Recognise digits in pictures.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        Add(run);
        Add(images);
        Add(show);
        backend.AddTo(this);
        Add(json);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        RunFolder folder = RunFolder.Open(arguments.GetRequiredValue(run));
        RunOptions options = folder.ReadOptions();
        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        Classifier classifier = new(BestNetwork.Load(options, folder, choice.Backend));
        Task<Familiarity?> familiarity = Task.Run(() => FamiliarityOf(options)); // reads the data while the network looks at the first picture
        DigitRecognizer recognizer = new(classifier, familiarity);

        List<Prediction> predictions = [];
        int code = Host.Done;
        foreach (string path in arguments.GetRequiredValue(images))
        {
            try
            {
                DigitReading reading = DigitReader.Read(ImageFile.ReadPicture(path));
                Prediction prediction = new(path, reading, recognizer.Recognize(reading), Error: null);
                PredictionText.Write(terminal, classifier, prediction);
                predictions.Add(prediction);
            }
            catch (Exception error) when (error is InputException or IOException or UnauthorizedAccessException)
            {
                // One bad picture must not stop the others.
                terminal.WriteError($"{(error.Message.StartsWith(path, StringComparison.Ordinal) ? "" : path + ": ")}{error.Message}");
                predictions.Add(new Prediction(path, Reading: null, [], error.Message));
                code = Host.CodeAfter(error, code);
            }
        }

        if (familiarity.Result is null)
            terminal.WriteLine($"The training images of the run, {options.Data}, are missing: images unlike them are not detected, and digits that touch are not cut apart.");
        WriteFiles(arguments, options.Model, classifier, predictions);
        choice.WriteAccount(terminal);
        return code;
    }

    // Null where the data of the run are missing, changed, or not digits.
    private static Familiarity? FamiliarityOf(RunOptions options)
    {
        try
        {
            Dataset set = Dataset.Load(DataFolders.Find(options.Data).Folder);
            Familiarity familiarity = new(set.Training);
            return set.Sha256 == options.DataSha256 && familiarity.Fits(FoundDigit.CellSize, FoundDigit.CellSize) ? familiarity : null;
        }
        catch (Exception error) when (error is InputException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void WriteFiles(ParseResult arguments, string model, Classifier classifier, List<Prediction> predictions)
    {
        DigitReading[] readings = [.. predictions.Select(prediction => prediction.Shown).OfType<DigitReading>()];
        if (arguments.GetValue(show) is { } picture && readings.Length > 0)
        {
            AtomicFile.Write(picture, stream => PngWriter.Write(stream, ContactSheet.Draw(readings)));
            terminal.WriteLine($"{picture}: each picture, its paper, ink and strokes, and the images that the network saw");
        }

        if (arguments.GetValue(json) is { } path)
            AtomicFile.Write(path, stream => PredictionJson.Write(stream, model, classifier, predictions));
    }
}
