namespace RefNet;

/// <summary>Finds the name that was probably meant by a misspelt one.</summary>
public static class Suggestion
{
    // Two letters that change places, as in "epcoh", are two edits.
    private const int MostEdits = 2;

    /// <summary>The nearest of some names, or null if none is near.</summary>
    public static string? Nearest(string found, IEnumerable<string> names)
    {
        (string Name, int Edits)[] near = [.. names.Select(name => (name, Edits(found, name))).Where(name => name.Item2 <= MostEdits)];
        return near.Length == 0 ? null : near.MinBy(name => name.Edits).Name;
    }

    // The fewest letters to insert, remove or replace (Levenshtein 1966).
    private static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
