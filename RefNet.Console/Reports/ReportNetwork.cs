using RefNet.Data;
using RefNet.Interpretation;
using RefNet.Tensors;

namespace RefNet.Console;

/// <summary>The section of a report on the network: first filters, the maps of one image, and a table of the layers.</summary>
internal static class ReportNetwork
{
    private const int MostStages = 6;

    /// <summary>Adds the section.</summary>
    /// <param name="page">The page.</param>
    /// <param name="run">The run.</param>
    /// <param name="images">The test images, the first of which is shown; null if they are missing.</param>
    public static void Add(HtmlPage page, TrainedRun run, ImageSet? images)
    {
        page.Heading(2, "What the network has learnt");
        try
        {
            ExplainSubject subject = SubjectOf(run, images);
            AddFilters(page, subject);
            if (images is not null)
                AddActivations(page, run, subject, images);
        }
        catch (InputException error)
        {
            page.Note($"Not available: {error.Message}");
        }

        AddLayers(page, run);
    }

    private static ExplainSubject SubjectOf(TrainedRun run, ImageSet? images)
    {
        ClassScores<float> scores = new(run.Trained.PixelNetwork);
        Tensor<float> x = images is null
            ? new Tensor<float>(run.Network.InputShape.Batch(1))
            : new Batches<float>(images.Take(1), run.Trained.Scaling, batchSize: 1).InOrder().First().Images.Clone();
        return new ExplainSubject
        {
            Scores = scores,
            X = x,
            Class = scores.Decide(x)[0],
            Name = run.Name,
            Range = (run.Trained.Scaling.WidestRange.Low, run.Trained.Scaling.WidestRange.High),
            Scaling = run.Trained.Scaling,
            Seed = run.Options.Seed,
        };
    }

    private static void AddFilters(HtmlPage page, ExplainSubject subject)
    {
        ExplainMethod filters = ExplainMethods.Find("filters");
        page.Heading(3, filters.Title);
        try
        {
            IReadOnlyList<Panel> panels = filters.Look(subject);
            page.Paragraph(filters.Sentence);
            page.Panels(panels);
        }
        catch (InputException error)
        {
            page.Note($"Not available: {error.Message}");
        }
    }

    private static void AddActivations(HtmlPage page, TrainedRun run, ExplainSubject subject, ImageSet images)
    {
        page.Heading(3, "An image on its way through the network");
        page.Paragraph($"The first test image, whose class is {run.Name(images.Labels[0])}; prediction: {subject.Says(subject.X)}. After it, the maps of the layers from first to last: bright is a strong response.");
        Panel[] stages = [.. Stages(subject).SelectMany(path => ExplainMethods.Find("maps").Look(subject with { ChosenLayer = path }))];
        page.Panels([new Panel(ExplainSubject.Enlarged(subject.Draw(subject.X)), "The image as the network sees it"), .. stages]);
        if (stages.Length == 0)
            page.Note("None of its layers gives maps.");
    }

    // Of consecutive layers whose maps have the same shape, the last; if there are many, an evenly spaced selection.
    private static string[] Stages(ExplainSubject subject)
    {
        IReadOnlyList<string> paths = MapLayers.Of(subject.Scores.Network);
        subject.Scores.Of(subject.X);
        Shape[] shapes = [.. paths.Select(path => subject.Scores.Network[path].Output!.Shape)];
        string[] last = [.. paths.Where((_, i) => shapes[i][2] * shapes[i][3] > 1 && (i == paths.Count - 1 || !shapes[i].Equals(shapes[i + 1])))];
        return last.Length <= MostStages ? last : [.. Enumerable.Range(0, MostStages).Select(i => last[i * (last.Length - 1) / (MostStages - 1)])];
    }

    private static void AddLayers(HtmlPage page, TrainedRun run)
    {
        page.Heading(2, "Layers");
        LayerRow[] rows = [.. LayerRow.Of(run.Network)];
        page.Table($"Input {run.Network.InputShape}; numbers are for one sample", ["layer", "output", "parameters", "connections", "multiply-accumulates"],
            rows.Append(LayerRow.Total(rows)).Select(row => new[]
            {
                row.Path, string.Join("x", row.Output), Format.Count(row.Parameters), Format.Count(row.Cost.Connections), Format.Count(row.Cost.MultiplyAccumulates),
            }));
    }
}
