namespace Towpath.Core.Supply.Packages;

/// <summary>Blocks of <c>Key: value</c> lines, an empty line between them: dpkg's status, the head of Python's metadata (RFC 822).</summary>
internal static class Stanzas
{
    /// <summary>Each block as its fields, the first of a name counts; what follows a line with a blank before it is left out.</summary>
    public static IEnumerable<Dictionary<string, string>> Read(string text)
    {
        var fields = New();
        foreach (var line in Lines(text))
        {
            if (line.Length == 0)
            {
                if (fields.Count > 0) yield return fields;
                fields = New();
            }
            else if (line[0] is not (' ' or '\t') && line.IndexOf(':') is > 0 and var colon)
            {
                fields.TryAdd(line[..colon], line[(colon + 1)..].Trim());
            }
        }

        if (fields.Count > 0) yield return fields;
    }

    /// <summary>Lines without their ends.</summary>
    public static IEnumerable<string> Lines(string text)
    {
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static Dictionary<string, string> New() => new(StringComparer.OrdinalIgnoreCase);
}
