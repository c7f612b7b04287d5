namespace Towpath.Core.Supply.Packages;

/// <summary>Reads <c>os-release</c> (freedesktop.org): shell assignments, values quoted or not.</summary>
public static class SystemReader
{
    /// <summary>What it says; null where it has no <c>ID</c>.</summary>
    public static ImageSystem? Read(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Stanzas.Lines(text).Select(l => l.Trim()))
        {
            if (!line.StartsWith('#') && line.IndexOf('=') is > 0 and var equals) values[line[..equals]] = Unquote(line[(equals + 1)..]);
        }

        if (values.GetValueOrDefault("ID") is not { Length: > 0 } id) return null;
        var version = values.GetValueOrDefault("VERSION_ID");
        return new ImageSystem(id.ToLowerInvariant(), version is { Length: > 0 } ? version : null, values.GetValueOrDefault("PRETTY_NAME") ?? id);
    }

    private static string Unquote(string value) =>
        value.Length >= 2 && value[0] is ('"' or '\'') && value[^1] == value[0] ? value[1..^1] : value;
}
