using System.Collections;
using System.Globalization;

namespace RefNet.Lectures;

/// <summary>The output of a replay: intermediate values, and comparisons with printed values.</summary>
internal sealed class Notes
{
    private const string Printed = "the slide prints";

    private readonly List<ReplayLine> lines = [];

    public IReadOnlyList<ReplayLine> Lines => lines;

    /// <summary>Writes an intermediate value.</summary>
    public void Line(string text) => lines.Add(new ReplayLine(text, CameOut: null));

    /// <summary>A value that a slide prints correctly.</summary>
    public void Slide<TValue>(string what, TValue printed, TValue computed) => Agree(what, printed, computed, Printed, Same(printed, computed));

    /// <summary>A decimal number that a slide prints correctly.</summary>
    public void Slide(string what, double printed, double computed, double within) => Agree(what, printed, computed, Printed, Near(printed, computed, within));

    /// <summary>A value that a slide prints and RefNet must not reproduce.</summary>
    public void Wrong<TValue>(string what, TValue printed, TValue computed) => Differ(what, printed, computed, "the slide has", !Same(printed, computed));

    /// <summary>A decimal number that a slide prints and RefNet must not reproduce.</summary>
    public void Wrong(string what, double printed, double computed, double within) => Differ(what, printed, computed, "the slide has", !Near(printed, computed, within));

    /// <summary>A correct value, whatever a slide says.</summary>
    public void Right<TValue>(string what, TValue right, TValue computed) => Agree(what, right, computed, "the right value is", Same(right, computed));

    /// <summary>A correct decimal number, whatever a slide says.</summary>
    public void Right(string what, double right, double computed, double within) => Agree(what, right, computed, "the right value is", Near(right, computed, within));

    /// <summary>A value that must differ, though no slide prints it.</summary>
    public void Other<TValue>(string what, TValue other, TValue computed) => Differ(what, other, computed, "it must not be", !Same(other, computed));

    /// <summary>A decimal number that must differ, though no slide prints it.</summary>
    public void Other(string what, double other, double computed, double within) => Differ(what, other, computed, "it must not be", !Near(other, computed, within));

    /// <summary>A law that must hold.</summary>
    public void Holds(string law, bool holds) => lines.Add(new ReplayLine($"{law}: {(holds ? "yes" : "NO")}", holds));

    private void Agree(string what, object? expected, object? computed, string origin, bool agrees) =>
        lines.Add(new ReplayLine(
            agrees && Text(computed) == Text(expected)
                ? $"{what}: {Text(computed)}, {(origin == Printed ? $"as {Printed}" : "correct")}"
                : $"{what}: {Text(computed)}; {origin} {Text(expected)}: {(agrees ? "agrees" : "DIFFERS, and should not")}",
            agrees));

    private void Differ(string what, object? other, object? computed, string origin, bool differs) =>
        lines.Add(new ReplayLine($"{what}: {Text(computed)}; {origin} {Text(other)}: {(differs ? "differs" : "AGREES, and should not")}", differs));

    private static bool Near(double expected, double computed, double within) => Math.Abs(expected - computed) <= within;

    private static bool Same(object? a, object? b) =>
        a is IEnumerable first and not string && b is IEnumerable second
            ? first.Cast<object?>().SequenceEqual(second.Cast<object?>())
            : Equals(a, b);

    private static string Text(object? value) => value switch
    {
        int or long => string.Create(CultureInfo.InvariantCulture, $"{value:N0}"),
        double number when Math.Abs(number) is >= 1e4 and < 1e15 && double.IsInteger(number) => number.ToString("N0", CultureInfo.InvariantCulture),
        double number => number.ToString("G9", CultureInfo.InvariantCulture),
        string text => text,
        IEnumerable values => $"[{string.Join(", ", values.Cast<object?>().Select(Text))}]",
        _ => $"{value}",
    };
}
