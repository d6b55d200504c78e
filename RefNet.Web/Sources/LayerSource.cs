using System.Collections.Concurrent;

namespace RefNet.Web.Sources;

/// <summary>The parts of a layer's source that the page shows.</summary>
/// <param name="File">Its file; empty for a layer that is not the engine's.</param>
/// <param name="Formula">The sentence with its formula.</param>
/// <param name="Lectures">Its lecture rows with their topics.</param>
/// <param name="Definition">The loops of the reference backend, or the lines of the layer, that define an element of its output.</param>
/// <param name="Forward">Its Forward.</param>
/// <param name="Derivation">The numbered steps above its Backward.</param>
/// <param name="Backward">Its Backward, whose lines have the same numbers.</param>
internal sealed record LayerSource(string File, string Formula, IReadOnlyList<string> Lectures, Excerpt? Definition, Excerpt? Forward, Excerpt? Derivation, Excerpt? Backward)
{
    private static readonly ConcurrentDictionary<string, LayerSource> known = new();

    // The members that serve as Forward and as Backward; the first one present is shown.
    private static readonly string[] forwards = [" Forward(Tensor<T> x, Tensor<T> y, Mode mode)", " Compute(Tensor<T> x"];
    private static readonly string[] backwards = [" Backward(Tensor<T> x, Tensor<T> y", " ComputeGradient(Tensor<T> x"];
    private const string Value = " Value(T x)", Slope = " Slope(T x, T y)";

    // Where an element of the output is computed: file, member, lines.
    private static readonly Dictionary<string, (string File, string Member, string[] Marks)> definitions = new()
    {
        ["Convolution2D"] = ("ReferenceConvolution", "void Forward(", ["sum += ws[f, c, u, v] * xs[n, channel, row, column];", "T sum = b is null"]),
        ["ConnectionTableConvolution2D"] = ("ReferenceConvolution", "void Forward(", ["sum += ws[f, c, u, v] * xs[n, channel, row, column];", "T sum = b is null"]),
        ["Dense"] = ("ReferenceBackend.Products", "void AddProduct(", ["sum += aik[i, k] * bkj[k, j];"]),
        ["MaxPooling2D"] = ("ReferenceMaxPooling", "Winner(ReadOnlyElements<T> x", ["if (x[n, c, u, v] > x[n, c, winner.u, winner.v]"]),
        ["AveragePooling2D"] = ("ReferenceAveragePooling", "void DivideByCounts(", ["ys[n, c, i, j] /= "]),
        ["Subsampling2D"] = ("ReferenceSumPooling", "void Forward(", ["sum += xs[n, c, u, v];"]),
        ["GlobalAveragePooling2D"] = ("ReferenceBackend.Channels", "void AddScaleGradient(", ["sum += dys[n, c, p] * xs[n, c, p];"]),
        ["BatchNormalization"] = ("ReferenceBackend.Normalization", "void Normalize(", ["ys[n, c, p] = gamma[c]"]),
        ["Softmax"] = ("ReferenceBackend.Softmax", "void Softmax(", ["ys[n, c, p] = T.Exp(xs[n, c, p] - m) / sum;"]),
        ["EuclideanRadialBasis"] = ("ReferenceBackend.SquaredDistances", "void SquaredDistances(", ["sum += (xs[n, j] - ws[i, j]) * (xs[n, j] - ws[i, j]);"]),
    };

    /// <summary>The layers whose definition is in the reference backend.</summary>
    public static IEnumerable<string> Defined => definitions.Keys;

    /// <summary>The source of a type of layer.</summary>
    public static LayerSource Of(string type) => known.GetOrAdd(type, Read);

    private static LayerSource Read(string type)
    {
        if (SourceFile.Find(type) is not { } file)
            return new LayerSource("", "", [], null, null, null, null);
        string summary = file.Summary();
        Excerpt? forward = forwards.Select(start => file.Member(start)).FirstOrDefault(found => found is not null);
        string? back = backwards.FirstOrDefault(start => file.Member(start) is not null);
        bool isFunction = file.Member(Slope) is not null;
        // A function of one number has its derivation above Slope; ReLU has it above Backward.
        string? derived = back is null || (isFunction && file.CommentAbove(back) is null) ? (isFunction ? Slope : null) : back;
        Excerpt? derivation = derived is null ? null : file.CommentAbove(derived) ?? (isFunction ? file.CommentAbove(Value) : null);
        return new LayerSource(file.Path, SummaryText.FirstSentence(summary), [.. SummaryText.Rows(summary).Distinct().Select(LectureRows.Describe)],
            DefinitionOf(type) ?? (isFunction ? file.Member(Value, Value) : forward), forward, derivation, derived is null ? null : file.Member(derived));
    }

    private static Excerpt? DefinitionOf(string type) =>
        definitions.TryGetValue(type, out (string File, string Member, string[] Marks) place) ? SourceFile.Find(place.File)?.Member(place.Member, place.Marks) : null;
}
