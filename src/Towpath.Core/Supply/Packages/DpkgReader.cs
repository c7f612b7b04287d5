using System.Collections.Immutable;

namespace Towpath.Core.Supply.Packages;

/// <summary>
/// Reads what dpkg has installed: <c>/var/lib/dpkg/status</c>, and the files of <c>status.d</c> that images without dpkg have in its place
/// (deb-control(5), dpkg-query(1)).
/// </summary>
public static class DpkgReader
{
    /// <summary>Installed packages; those that are removed with their configuration left are none.</summary>
    /// <param name="text">The file.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="system">The image's distribution.</param>
    /// <param name="warn">Takes a sentence about each entry that can't be read.</param>
    public static IEnumerable<Package> Read(string text, string path, ImageSystem? system, Action<string> warn)
    {
        foreach (var fields in Stanzas.Read(text))
        {
            // A file of status.d has no status: that it is there says that the package is.
            if (fields.GetValueOrDefault("Status") is { } status && status.Split(' ')[^1] != "installed") continue;
            if (fields.GetValueOrDefault("Package") is not { Length: > 0 } name || fields.GetValueOrDefault("Version") is not { Length: > 0 } version)
            {
                warn($"{path}: an entry without a name or version ({fields.GetValueOrDefault("Package") ?? "?"})");
                continue;
            }

            var (source, sourceVersion) = Source(fields.GetValueOrDefault("Source"));
            yield return new Package(PackageKind.Deb, name, version, PackageUrl.Deb(name, version, fields.GetValueOrDefault("Architecture"), system), path)
            {
                Source = source,
                SourceVersion = sourceVersion,
            };
        }
    }

    /// <summary>Licences of a machine-readable <c>copyright</c> file (DEP-5), each once; empty for one that only people can read.</summary>
    public static ImmutableArray<string> Licenses(string copyright)
    {
        if (!copyright.StartsWith("Format:", StringComparison.OrdinalIgnoreCase)) return [];
        return [.. Stanzas.Lines(copyright)
            .Where(line => line.StartsWith("License:", StringComparison.OrdinalIgnoreCase))
            .Select(line => line["License:".Length..].Trim())
            .Where(license => license.Length is > 0 and <= 200)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];
    }

    /// <summary><c>NAME</c> or <c>NAME (VERSION)</c>.</summary>
    private static (string? Name, string? Version) Source(string? field)
    {
        if (field is not { Length: > 0 }) return (null, null);
        var open = field.IndexOf('(');
        return open < 0 ? (field, null) : (field[..open].Trim(), field[(open + 1)..].TrimEnd(')', ' '));
    }
}
