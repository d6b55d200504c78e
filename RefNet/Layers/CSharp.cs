using System.Globalization;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>Writes the C# that creates a layer, for <c>ToString</c>.</summary>
public static class CSharp
{
    private const int MostNumbers = 40;

    /// <summary><c>new Dense&lt;float&gt;(400, 120, useBias: false) { Name = "F5" }</c></summary>
    /// <param name="layer">The layer.</param>
    /// <param name="arguments">The arguments of its constructor, as C#; nulls are left out.</param>
    public static string New<T>(Layer<T> layer, params ReadOnlySpan<string?> arguments) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string given = string.Join(", ", arguments.ToArray().Where(argument => argument is not null));
        string name = layer.HasOwnName ? $" {{ Name = \"{JsonEncodedText.Encode(layer.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\" }}" : ""; // JSON's escapes are C#'s
        return $"new {layer.TypeName}{(layer.GetType().IsGenericType ? $"<{Keyword<T>()}>" : "")}({given.Replace(", \n", ",\n")}){name}";
    }

    /// <summary>Layers as arguments, each on its own line.</summary>
    public static string Lines<T>(IReadOnlyList<Layer<T>> layers) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        string.Concat(layers.Select((layer, i) => $"{(i > 0 ? "," : "")}\n    {layer.ToString().Replace("\n", "\n    ")}"));

    /// <summary>An argument, <c>useBias: false</c>, or null where it has its default value.</summary>
    public static string? Option<TValue>(string name, TValue value, TValue unlessItIs) =>
        EqualityComparer<TValue>.Default.Equals(value, unlessItIs) ? null : $"{name}: {Code(value)}";

    /// <summary>A value: a number, true, an enum member, a window, a geometry, a shape, an initialiser.</summary>
    public static string Code(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        Enum member => $"{member.GetType().Name}.{member}",
        Shape shape => $"new Shape({string.Join(", ", shape.ToArray())})",
        Window window => Code(window),
        PlaneGeometry geometry => Code(geometry),
        Initializer initializer => $"Initializer.{initializer}",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>A tensor: <c>new Tensor&lt;double&gt;(new Shape(2, 2), [1, 0, 0.5, 3])</c>; a large tensor by its shape alone.</summary>
    public static string Code<T>(Tensor<T> tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string suffix = typeof(T) == typeof(float) ? "f" : "";
        string numbers = tensor.Count > MostNumbers
            ? $") /* with {tensor.Count} numbers */"
            : $", [{string.Join(", ", tensor.Values.ToArray().Select(value => $"{Code(value)}{suffix}"))}])";
        return $"new Tensor<{Keyword<T>()}>({Code(tensor.Shape)}{numbers}";
    }

    private static string Code(Window window) =>
        $"new Window({string.Join(", ", new[] { $"{window.Size}", Option("stride", window.Stride, 1), Option("before", window.Before, 0), Option("after", window.After, 0), Option("dilation", window.Dilation, 1) }.Where(argument => argument is not null))})";

    private static string Code(PlaneGeometry geometry)
    {
        string?[] settings =
        [
            geometry is ConvolutionGeometry { Flip: false } ? "Flip = false" : null,
            geometry.Rounding == Rounding.Exact ? null : $"Rounding = {Code(geometry.Rounding)}",
        ];
        string set = string.Join(", ", settings.Where(setting => setting is not null));
        string type = geometry.GetType().Name;
        if (geometry.Rows != geometry.Columns || geometry.Rows.Before != geometry.Rows.After)
            return $"new {type}({Code(geometry.Rows)}, {Code(geometry.Columns)}){(set.Length > 0 ? $" {{ {set} }}" : "")}";

        Window window = geometry.Rows;
        int usualStride = geometry is PoolingGeometry ? window.Size : 1;
        string?[] arguments =
        [
            $"{window.Size}", Option("stride", window.Stride, usualStride), Option("padding", window.Before, 0), Option("dilation", window.Dilation, 1),
        ];
        return $"{type}.Square({string.Join(", ", arguments.Where(argument => argument is not null))}){(set.Length > 0 ? $" with {{ {set} }}" : "")}";
    }

    private static string Keyword<T>() => typeof(T) == typeof(float) ? "float" : typeof(T) == typeof(double) ? "double" : typeof(T).Name;
}
