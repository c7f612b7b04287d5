using System.Collections.Immutable;

namespace Towpath.Core.Compose.ShortSyntax;

/// <summary>One volume of the short syntax.</summary>
/// <param name="IsBind">A path, not the name of a volume.</param>
/// <param name="Source">Name or path; null for an anonymous volume.</param>
/// <param name="Target">Path in the container.</param>
/// <param name="ReadOnly">Not writable.</param>
/// <param name="Options">Other options, in source order.</param>
internal sealed record VolumeEntry(bool IsBind, string? Source, string Target, bool ReadOnly, ImmutableArray<string> Options);

/// <summary><c>[SOURCE:]TARGET[:OPTIONS]</c>. Windows paths keep the colon of their drive.</summary>
internal static class VolumeSyntax
{
    /// <summary>The mount, or null and what is wrong.</summary>
    public static VolumeEntry? Parse(string text, out string? problem)
    {
        problem = null;
        var parts = Split(text);
        if (parts.Any(p => p.Length == 0))
        {
            problem = "a part between two colons is empty";
        }
        else if (parts.Count > 3)
        {
            problem = "it has more than three parts";
        }

        if (problem is not null)
        {
            return null;
        }

        if (parts.Count == 1)
        {
            return new VolumeEntry(false, null, parts[0], false, []);
        }

        var options = parts.Count == 3 ? parts[2].Split(',') : [];
        return new VolumeEntry(
            IsPath(parts[0]),
            parts[0],
            parts[1],
            options.Contains("ro", StringComparer.Ordinal),
            [.. options.Where(o => o is not ("ro" or "rw" or "RW"))]);
    }

    private static bool IsPath(string source) => source[0] is '.' or '/' or '~' or '\\' || IsDrive(source, 0);

    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '$' && i + 1 < text.Length && text[i + 1] == '{' && Braces(text, i + 1) is var close and > 0)
            {
                i = close;
            }
            else if (text[i] == ':' && !(i == start + 1 && IsDrive(text, start)))
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    // `C:\` is a drive; `v:/data` is a volume named v, because containers here run Linux.
    private static bool IsDrive(string text, int start) =>
        start + 2 < text.Length && char.IsAsciiLetter(text[start]) && text[start + 1] == ':' && text[start + 2] == '\\';

    private static int Braces(string text, int open)
    {
        var level = 0;
        for (var i = open; i < text.Length; i++)
        {
            level += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            if (level == 0)
            {
                return i;
            }
        }

        return -1;
    }
}
