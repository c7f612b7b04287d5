namespace Towpath.Core.Diagnostics;

/// <summary>Finds the word that was probably meant.</summary>
public static class Suggest
{
    private const int MaxLength = 64;

    /// <summary>The candidate nearest to what was written, or null where none is near (a third of its length, at least one letter).</summary>
    public static string? Nearest(string written, IEnumerable<string> candidates) =>
        Near(written, candidates).Select(pair => pair.Candidate).FirstOrDefault();

    /// <summary>The candidate that was certainly meant: the nearest, with no other as near. Null where two are, or none.</summary>
    public static string? Only(string written, IEnumerable<string> candidates) =>
        Near(written, candidates).Take(2).ToList() switch
        {
            [var only] => only.Candidate,
            [var first, var second] when first.Distance < second.Distance => first.Candidate,
            _ => null,
        };

    private static IEnumerable<(string Candidate, int Distance)> Near(string written, IEnumerable<string> candidates)
    {
        if (written.Length is 0 or > MaxLength)
        {
            return [];
        }

        var allowed = Math.Max(1, written.Length / 3);
        return candidates
            .Where(c => c.Length <= MaxLength && c != written)
            .Select(c => (Candidate: c, Distance: Distance(written.ToLowerInvariant(), c.ToLowerInvariant())))
            .Where(pair => pair.Distance <= allowed)
            .OrderBy(pair => pair.Distance)
            .ThenBy(pair => pair.Candidate, StringComparer.Ordinal);
    }

    /// <summary>Letters to insert, delete, replace or swap with their neighbour to turn one word into the other.</summary>
    public static int Distance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            table[i, 0] = i;
        }

        for (var j = 0; j <= right.Length; j++)
        {
            table[0, j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var replace = table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replace, 1 + Math.Min(table[i - 1, j], table[i, j - 1]));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[left.Length, right.Length];
    }
}
