using RefNet.Data;
using RefNet.Data.Preparation;
using RefNet.Interpretation;
using RefNet.Tensors;

namespace RefNet.Console;

/// <summary>The methods of refnet explain: what each shows, and how its pictures are drawn.</summary>
internal static class ExplainMethods
{
    private const int MostMaps = 32, MapSide = 112, PatchSide = 48, TrainingImages = 1000, FeatureImages = 400, MostClassesDrawn = 10;

    /// <summary>All methods: those of an image, then those of the network.</summary>
    public static IReadOnlyList<ExplainMethod> All { get; } =
    [
        new("saliency", "Saliency", "How much the score changes with each pixel: bright pixels matter, whether a brighter value raises or lowers the score.",
            "Simonyan et al. 2014, section 3; LECTURES V8, X27", false, of => [Heat(of, Saliency.Map(Saliency.Of(of.Scores, of.X, of.Class)), "The absolute gradient of the score at each pixel")]),
        new("smoothgrad", "SmoothGrad", "The mean gradient over 50 noisy copies of the image, which is less noisy itself: red pixels raise the score if they become brighter, blue ones lower it.",
            "Smilkov et al. 2017; LECTURES V8", false, of => [Signed(of, SmoothGrad.Of(of.Scores, of.X, of.Class, seed: of.Seed), "Mean gradient of the score: red raises it, blue lowers it")]),
        new("gradient-input", "Gradient times input", "What each pixel adds to the score (red) or takes from it (blue), as far as the network is linear; a pixel of value 0 adds nothing.",
            "Shrikumar et al. 2017, section 3.1; LECTURES V8", false, of => [Signed(of, GradientTimesInput.Of(of.Scores, of.X, of.Class), "Gradient times pixel: red adds to the score, blue takes from it")]),
        new("integrated", "Integrated gradients", "What each pixel adds to the score (red) or takes from it (blue) on the way from an empty image to this one; their sum is the whole rise of the score.",
            "Sundararajan et al. 2017; LECTURES V8", false, Integrated),
        new("gradcam", "Grad-CAM", "Where in the image the maps of one layer support the class: bright regions do, dark ones do not.",
            "Selvaraju et al. 2017, equations 1 and 2; LECTURES V4", false, Cam),
        new("guided-gradcam", "Guided Grad-CAM", "The fine lines of guided backpropagation, kept where Grad-CAM locates the class.",
            "Selvaraju et al. 2017, section 3.2; LECTURES V4, V5", false, of => [Signed(of, GuidedGradCam.Of(of.Scores, of.X, of.Class, of.Layer), $"Guided backpropagation times Grad-CAM of {of.Layer}{WithoutReLU(of)}")]),
        new("cam", "Class activation map", "The last maps, weighted by their weights for the class: the score is the mean of this map.",
            "Zhou et al. 2016, equation 2; LECTURES V4", false, of => [Signed(of, Enlarge(ClassActivationMap.Of(of.Scores, of.X, of.Class), of), "Red regions support the class, blue ones oppose it")]),
        new("guided", "Guided backpropagation", "The lines and edges that excite the network; it hardly depends on the class, so it shows what the network sees rather than why it decides.",
            "Springenberg et al. 2015, section 3.4; a warning by Adebayo et al. 2018; LECTURES V5", false, of => [Signed(of, GuidedBackpropagation.Of(of.Scores, of.X, of.Class), $"Only positive gradients, all the way back{WithoutReLU(of)}")]),
        new("deconvnet", "Deconvolutional network", "The score carried back through the transposed filters, with a ReLU at each ReLU: the pattern that the network responds to.",
            "Zeiler and Fergus 2014, section 2.1; LECTURES V6", false, of => [Signed(of, Deconvnet.Of(of.Scores, of.X, of.Class), $"The result at the image{WithoutReLU(of)}")]),
        new("occlusion", "Occlusion", "A grey square covers one position after another: where the probability of the class falls (dark), the network needs the covered region.",
            "Zeiler and Fergus 2014, section 4.2; LECTURES V3", false, Occluded),
        new("maps", "Activation maps", "Where the filters of a layer respond to this image, one picture each: bright is a strong response.",
            "Yosinski et al. 2015, section 2; LECTURES V2", false, Maps),
        new("adversarial", "Adversarial image", "A change of every pixel by the same small amount, up or down, that changes the predicted class.",
            "Goodfellow et al. 2015, section 4; LECTURES V9", false, Adversarial),
        new("filters", "First-layer filters", "The weights of the first convolution as pictures: the edges, spots and colour blobs that it detects.",
            "Krizhevsky et al. 2012, figure 3; LECTURES V1", true, Filters),
        new("patches", "Patches that excite a map", "One row for each map of a layer: the nine patches of training images with the strongest response.",
            "Zeiler and Fergus 2014, figure 2; LECTURES V2", true, Patches),
        new("maximize", "What a class looks like to the network", "Images found by gradient ascent from an empty image to a large score of a class: no person would draw them this way.",
            "Simonyan et al. 2014, equation 1; jitter and blur by Yosinski et al. 2015; LECTURES V7", true, Maximized),
        new("fooling", "Fooling image", "Noise, changed slightly until the network is certain that it shows the class.",
            "Nguyen et al. 2015; why texture is enough: Geirhos et al. 2019; LECTURES V10", true, Fooling),
        new("features", "Features in the plane", "Each point is a training image, placed by its features in a layer and coloured by its class: points close together look similar to the network.",
            "Pearson 1901 (PCA); van der Maaten and Hinton 2008 (t-SNE); LECTURES V2", true, Places),
    ];

    /// <summary>The method of a name.</summary>
    public static ExplainMethod Find(string name) => All.First(method => method.Name == name);

    private static Panel Heat(ExplainSubject of, Tensor<float> map, string caption) =>
        new(Drawing.HeatOver(map.Reshape(new Shape(of.X.Shape[2], of.X.Shape[3])), Background(of), Usual(map)), caption);

    // One pixel in 100 may exceed the scale: a few large values would leave the others dark.
    private static double? Usual(Tensor<float> map) => map.Values.ToArray().Order().ElementAt((int)(0.99 * (map.Count - 1))) is var usual and > 0 ? usual : null;

    private static Panel Signed(ExplainSubject of, Tensor<float> w, string caption) => new(of.Signed(w), caption);

    private static Picture Background(ExplainSubject of) => ExplainSubject.Enlarged(of.Draw(of.X));

    private static string WithoutReLU(ExplainSubject of) => of.HasReLU ? "" : "; this network has no ReLU, so this is the gradient itself";

    private static Tensor<float> Enlarge(Tensor<float> map, ExplainSubject of) => Drawing.Enlarge(map, of.X.Shape[2], of.X.Shape[3]).Reshape(new Shape(1, 1, of.X.Shape[2], of.X.Shape[3]));

    private static IReadOnlyList<Panel> Integrated(ExplainSubject of)
    {
        Tensor<float> baseline = new(of.X.Shape);
        baseline.Span.Fill(Empty(of));
        Tensor<float> attributions = IntegratedGradients.Of(of.Scores, of.X, of.Class, baseline);
        double sum = attributions.Values.ToArray().Sum(value => (double)value);
        double rise = of.Scores.Of(of.X)[0, of.Class] - of.Scores.Of(baseline)[0, of.Class];
        return [Signed(of, attributions, $"They sum to {Format.Number(sum)}; the score rises by {Format.Number(rise)}")];
    }

    private static IReadOnlyList<Panel> Cam(ExplainSubject of)
    {
        GradCam<float> cam = GradCam<float>.Of(of.Scores, of.X, of.Class, of.Layer);
        string where = $"{of.Layer}, {cam.Sum.Shape} positions";
        return [new(Drawing.HeatOver(cam.Map, Background(of)), cam.IsAllNegative ? $"All negative: nothing in {where}, supports the class" : $"Regions of {where}, that support the class")];
    }

    private static IReadOnlyList<Panel> Occluded(ExplainSubject of)
    {
        int side = Math.Min(of.X.Shape[2], of.X.Shape[3]), size = Math.Max(3, side / 4);
        Occlusion<float> occlusion = Occlusion<float>.Of(of.Scores, of.X, of.Class, size, stride: Math.Max(1, side / 16));
        float least = occlusion.Probability.Values.ToArray().Min();
        int[] others = [.. occlusion.MostProbable.Where(c => c != of.Class).GroupBy(c => c).OrderByDescending(group => group.Count()).Select(group => group.Key)];
        string taken = others.Length == 0
            ? $"{of.Name(of.Class)} stays the predicted class wherever the square is"
            : $"Coloured where another class is predicted: {string.Join(", ", others.Take(4).Select(c => $"{of.Name(c)} {ColourNames[c % ColourNames.Length]}"))}";
        return
        [
            new(Drawing.HeatOver(occlusion.Probability, Background(of), most: 1), $"Probability of {of.Name(of.Class)} with the {size}x{size} square there: bright is 1, dark 0; the minimum is {Format.Percent(least)}"),
            new(Drawing.ClassesOver(occlusion.MostProbable, occlusion.Probability.Shape[0], of.Class, Background(of)), taken),
        ];
    }

    private static IReadOnlyList<Panel> Maps(ExplainSubject of)
    {
        string path = of.ChosenLayer ?? MapLayers.Of(of.Scores.Network).FirstOrDefault() ?? of.Layer;
        Tensor<float> maps = ActivationMaps.Of(of.Scores.Network, of.X, path);
        int shown = Math.Min(MostMaps, maps.Shape[0]);
        Picture[] pictures = [.. Enumerable.Range(0, shown).Select(k => Drawing.Enlarged(Drawing.Image(MapOf(maps, k)), Math.Max(1, MapSide / Math.Max(maps.Shape[1], maps.Shape[2]))))];
        return [new(Drawing.Grid(pictures, 4), $"{(shown < maps.Shape[0] ? $"The first {shown} of {maps.Shape[0]}" : $"The {shown}")} maps of {path}, {maps.Shape[1]}x{maps.Shape[2]}, each from its smallest value (black) to its largest (white)")];
    }

    private static Tensor<float> MapOf(Tensor<float> maps, int k)
    {
        int size = maps.Count / maps.Shape[0];
        return new Tensor<float>(new Shape(1, maps.Shape[1], maps.Shape[2]), maps.Values.Slice(k * size, size));
    }

    private static IReadOnlyList<Panel> Adversarial(ExplainSubject of)
    {
        (double low, double high) = of.Range;
        string was = of.Says(of.X);
        int before = of.Scores.Decide(of.X)[0];
        foreach (double share in new[] { 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5 })
        {
            double epsilon = share * (high - low);
            Tensor<float> disturbed = FastGradientSign.Of(of.Scores, of.X, [before], epsilon, low, high);
            if (of.Scores.Decide(disturbed)[0] == before)
                continue;
            Tensor<float> change = disturbed.Clone();
            for (int i = 0; i < change.Count; i++)
                change.Span[i] -= of.X.Values[i];
            return
            [
                new(Background(of), $"The image: {was}"),
                Signed(of, change, $"The change: every pixel by {Format.Percent(share)} of its range at most, red up, blue down"),
                new(ExplainSubject.Enlarged(of.Draw(disturbed)), $"Both together: {of.Says(disturbed)}"),
            ];
        }

        return [new(Background(of), $"The image: {was}. No change of up to half the range in this direction changed the predicted class")];
    }

    private static IReadOnlyList<Panel> Filters(ExplainSubject of)
    {
        Tensor<float> filters = FilterImages.Of(of.Scores.Network);
        Picture[] pictures = [.. Enumerable.Range(0, filters.Shape[0]).Select(f => ExplainSubject.Enlarged(of.DrawNumbers(new Tensor<float>(filters.Shape.Sample, filters.Sample(f))), side: 48))];
        return [new(Drawing.Grid(pictures, filters.Shape[0] > 32 ? 12 : 8), $"{filters.Shape[0]} filters of {filters.Shape[2]}x{filters.Shape[3]}, each from its smallest weight (black) to its largest (white){(of.Scores.Network.Layers[0] is PreparedInput<float> ? "; they are weights of the prepared image" : "")}")];
    }

    private static IReadOnlyList<Panel> Patches(ExplainSubject of)
    {
        (ImageSet images, PixelScaling scaling) = TrainingOf(of);
        ImageSet some = images.Take(TrainingImages);
        string path = of.Layer;
        IReadOnlyList<IReadOnlyList<TopPatch>> best = TopPatches.Of(of.Scores.Network, path, new Batches<float>(some, scaling, 100).InOrder().Select(batch => batch.Images));
        int largest = best.Max(patches => patches.Max(patch => Math.Max(patch.Field.Rows, patch.Field.Columns)));
        Picture[] rows = [.. best.Take(MostMaps / 2).Select(patches => Drawing.Grid([.. patches.Select(Cut)], 9, gap: 2))];
        return [new(Drawing.Grid(rows, 1, gap: 2), $"{(rows.Length < best.Count ? $"The first {rows.Length} of {best.Count}" : $"The {rows.Length}")} maps of {path}, one row each; the receptive field is {largest}x{largest} pixels at most; from {some.Count} training images")];

        Picture Cut(TopPatch patch)
        {
            Tensor<float> image = new Batches<float>(some.Select([patch.Image]), scaling, 1).InOrder().First().Images;
            Picture cut = Drawing.Crop(of.Draw(image), patch.Field);
            return Drawing.Enlarged(cut, Math.Max(1, PatchSide / largest));
        }
    }

    private static IReadOnlyList<Panel> Maximized(ExplainSubject of)
    {
        int[] classes = of.Scores.Classes <= MostClassesDrawn ? [.. Enumerable.Range(0, of.Scores.Classes)] : [of.Class];
        Tensor<float> empty = new(of.X.Shape);
        empty.Span.Fill(Empty(of));
        (double low, double high) = of.Range;
        return [.. classes.Select(c =>
        {
            Tensor<float> image = ClassMaximization<float>.Of(of.Scores, c, empty, new ClimbOptions { Rate = 0.01 * (high - low), Low = low, High = high, Seed = of.Seed }).Image;
            return new Panel(ExplainSubject.Enlarged(of.Draw(image), side: 112), $"{of.Name(c)}: score {Format.Number(of.Scores.Of(image)[0, c])}");
        })];
    }

    private static IReadOnlyList<Panel> Fooling(ExplainSubject of)
    {
        FoolingImage<float> fooling = FoolingImage<float>.Of(of.Scores, of.Class, of.Range.Low, of.Range.High, seed: of.Seed);
        return
        [
            new(ExplainSubject.Enlarged(of.Draw(fooling.Start)), $"The noise: {of.Says(fooling.Start)}"),
            new(ExplainSubject.Enlarged(of.Draw(fooling.Image)), $"After {fooling.Steps} steps: {of.Says(fooling.Image)}"),
        ];
    }

    private static IReadOnlyList<Panel> Places(ExplainSubject of)
    {
        (ImageSet images, PixelScaling scaling) = TrainingOf(of);
        ImageSet some = images.Take(FeatureImages);
        // The input of the last layer.
        string path = of.ChosenLayer ?? of.Scores.Network.Trunk().Reverse().Skip(1).First().Path;
        double[,] features = Features.Of(of.Scores.Network, path, new Batches<float>(some, scaling, 100).InOrder().Select(batch => batch.Images));
        int[] classes = [.. some.Labels.ToArray().Select(label => (int)label)];
        PrincipalComponents components = PrincipalComponents.Of(features, count: 2);
        string colours = string.Join(", ", Enumerable.Range(0, Math.Min(10, of.Scores.Classes)).Select(c => $"{of.Name(c)} {ColourNames[c]}"));
        return
        [
            new(Drawing.Scatter(components.Places, classes), $"The first two principal components of {path}: {Format.Percent(components.Shares.Sum())} of the variance. {colours}"),
            new(Drawing.Scatter(TSne.Of(features, perplexity: Math.Min(30, some.Count / 4.0), seed: of.Seed), classes), "t-SNE of the same features: neighbours are meaningful; distances between clusters mean little"),
        ];
    }

    private static readonly string[] ColourNames = ["blue", "orange", "red", "teal", "green", "yellow", "purple", "pink", "brown", "grey"];

    private static (ImageSet Images, PixelScaling Scaling) TrainingOf(ExplainSubject of) =>
        of.Training.Value ?? throw new InputException("Expected the training images of a run; they are missing.");

    // The value of an empty picture: black for grey images with light ink, mid-grey for photographs.
    private static float Empty(ExplainSubject of) => (float)(of.X.Shape[1] == 1 ? of.Range.Low : (of.Range.Low + of.Range.High) / 2);
}
