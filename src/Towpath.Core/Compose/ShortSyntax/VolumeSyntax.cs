using System.Collections.Immutable;
using Towpath.Core.Compose.Canonical;

namespace Towpath.Core.Compose.ShortSyntax;

/// <summary>One volume of the short syntax.</summary>
/// <param name="IsBind">A path, not the name of a volume.</param>
/// <param name="Source">Name or path; null for an anonymous volume.</param>
/// <param name="Target">Path in the container.</param>
/// <param name="ReadOnly">Not writable.</param>
/// <param name="Options">Other options, in source order.</param>
internal sealed record VolumeEntry(bool IsBind, string? Source, string Target, bool ReadOnly, ImmutableArray<string> Options)
{
    /// <summary>The long form, standing where the text stands. Options that no one knows are left out, as upstream does.</summary>
    public YamlMapping ToNode(YamlNode at)
    {
        string? propagation = null;
        string? selinux = null;
        var noCopy = false;
        foreach (var option in Options)
        {
            propagation = option is "private" or "rprivate" or "shared" or "rshared" or "slave" or "rslave" ? option : propagation;
            selinux = option is "z" or "Z" ? option : selinux;
            noCopy |= option == "nocopy";
        }

        var hasBind = IsBind || propagation is not null || selinux is not null;
        return Nodes.Map(
            at,
            ("type", Nodes.Text(at, IsBind ? "bind" : "volume")),
            ("source", Source is null ? null : Nodes.Text(at, Source)),
            ("target", Nodes.Text(at, UnixPath.Clean(Target))),
            ("read_only", ReadOnly ? Nodes.Plain(at, "true") : null),
            ("bind", hasBind ? Nodes.Map(at, ("propagation", Texts(at, propagation)), ("selinux", Texts(at, selinux)), ("create_host_path", Nodes.Plain(at, "true"))) : null),
            ("volume", noCopy || !IsBind ? Nodes.Map(at, ("nocopy", noCopy ? Nodes.Plain(at, "true") : null)) : null));
    }

    private static YamlScalar? Texts(YamlNode at, string? value) => value is null ? null : Nodes.Text(at, value);
}

/// <summary>
/// <c>[SOURCE:]TARGET[:OPTIONS]</c>. One letter before a colon is a drive of Windows, even where a volume of that name was meant: so the
/// reference implementation reads it, and a file must mean the same here and there.
/// </summary>
internal static class VolumeSyntax
{
    /// <summary>The mount, or null and what is wrong.</summary>
    public static VolumeEntry? Parse(string text, out string? problem)
    {
        problem = null;
        if (text.Length is 1 or 2)
        {
            return new VolumeEntry(false, null, text, false, []);
        }

        var parts = Split(text);
        foreach (var part in parts)
        {
            problem = part.Length == 0 ? "a part between two colons is empty" : problem;
        }

        problem ??= parts.Count > 3 ? "it has more than three parts" : null;
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
            Array.LastIndexOf(options, "ro") > Array.LastIndexOf(options, "rw"),
            [.. options.Where(o => o is not ("ro" or "rw"))]);
    }

    /// <summary>Whether a source is a path, not the name of a volume.</summary>
    public static bool IsPath(string source) =>
        source.Length > 0 && (source[0] is '.' or '/' or '~' || source.StartsWith(@"\\", StringComparison.Ordinal) || IsDrive(source));

    // Not `source.Length > 2`: a drive alone is a path too.
    private static bool IsDrive(string source) => source.Length > 1 && char.IsLetter(source[0]) && source[1] == ':';

    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var start = 0;
        var braces = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '$' && i + 1 < text.Length && text[i + 1] == '{')
            {
                braces++;
            }
            else if (text[i] == '}' && braces > 0)
            {
                braces--;
            }
            else if (text[i] == ':' && braces == 0 && !(i == start + 1 && char.IsLetter(text[start])))
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }
}
