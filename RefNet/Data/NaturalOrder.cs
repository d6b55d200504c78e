namespace RefNet.Data;

/// <summary>Natural order of names: img2 before img10. Runs of digits compare by value, everything else by character.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    /// <summary>The one instance.</summary>
    public static NaturalOrder Instance { get; } = new();

    private NaturalOrder() { }

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        while (!a.IsEmpty && !b.IsEmpty)
        {
            int digitsOfA = Digits(a), digitsOfB = Digits(b);
            bool areNumbers = digitsOfA > 0 && digitsOfB > 0;
            int lengthOfA = areNumbers ? digitsOfA : 1, lengthOfB = areNumbers ? digitsOfB : 1;
            int order = areNumbers ? CompareNumbers(a[..lengthOfA], b[..lengthOfB]) : a[0].CompareTo(b[0]);
            if (order != 0)
                return order;
            a = a[lengthOfA..];
            b = b[lengthOfB..];
        }

        // Names that differ only in leading zeros must not be equal.
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(x, y);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }

    // Of any length: without leading zeros, the longer number is larger.
    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
    }
}
