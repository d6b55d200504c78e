using System.CommandLine;
using RefNet.Data;
using RefNet.Data.Augmentation;
using RefNet.Interop;

namespace RefNet.Console;

/// <summary>refnet augment: draws augmented training images.</summary>
internal sealed class AugmentCommand : Command
{
    private const int ImagesOfOne = 8;
    private const int UsualVariants = 10;

    private readonly Terminal terminal;
    private readonly Option<string?> data = Inputs.Text("--data", "DIR|mnist", "The data set: its name or its folder. [default: mnist]");
    private readonly Option<string?> augment = Inputs.Augmentation("What to show. [default: each transform and each set, in separate rows]");
    private readonly Option<int?> images = Inputs.Whole("--images", "Number of training images to show, from the start of the set. [default: 8; 1 per row without --augment]", least: 1, most: 100);
    private readonly Option<int?> variants = Inputs.Whole("--variants", "Variants of each image. [default: 10]", least: 1, most: 100);
    private readonly Option<int?> seed = Inputs.Whole("--seed", "Seed for all random numbers. [default: 1]", least: int.MinValue);
    private readonly Option<string?> output = Inputs.FileToWrite("--out", "The PNG file to write.");

    public AugmentCommand(Terminal terminal) : base("augment", "Draw training images, each followed by augmented variants.")
    {
        this.terminal = terminal;
        output.Required = true;
        foreach (Option option in new Option[] { data, augment, images, variants, seed, output })
            Add(option);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        string path = arguments.GetRequiredValue(output)!;
        AtomicFile.CheckWritable(path);
        ImageSet set = Dataset.Load(DataFolders.Find(arguments.GetValue(data) ?? "mnist").Folder).Training;
        string? named = arguments.GetValue(augment);
        int count = Math.Min(set.Count, arguments.GetValue(images) ?? (named is null ? 1 : ImagesOfOne));
        string[] texts = named is not null ? [named] : [.. Fitting(set)];
        (int, AugmentationPipeline)[] rows = [.. from text in texts
                                                 from image in Enumerable.Range(0, count)
                                                 select (image, AugmentationNames.Create(text))];
        Picture sheet = AugmentationSheet.Draw(set, rows, arguments.GetValue(variants) ?? UsualVariants, arguments.GetValue(seed) ?? 1);
        AtomicFile.Write(path, stream => PngWriter.Write(stream, sheet));

        terminal.WriteLine($"{path}: {sheet.Columns}x{sheet.Rows} pixels; the original images are on the left.");
        for (int i = 0; i < texts.Length; i++)
            terminal.WriteLine(count == 1 ? $"row {i + 1}: {texts[i]}" : $"rows {i * count + 1} to {(i + 1) * count}: {texts[i]}");
        return Host.Done;
    }

    // All transforms that apply to such images: some need colours.
    private static IEnumerable<string> Fitting(ImageSet images) =>
        from text in AugmentationNames.All.Select(known => known.Example).Concat(AugmentationNames.Sets.Select(set => set.Transforms))
        where images.Channels == 3 || !AugmentationNames.Create(text).Transforms.Any(transform => transform.NeedsColour)
        select text;
}
