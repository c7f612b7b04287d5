namespace Towpath.Core.Supply.Packages;

/// <summary>Reads <c>/lib/apk/db/installed</c>: blocks of lines, each a letter, a colon and a value (apk's installed database, version 2).</summary>
public static class ApkReader
{
    /// <summary>Installed packages.</summary>
    /// <param name="text">The file.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="system">The image's distribution.</param>
    /// <param name="owned">Takes the path of each file that a package brought.</param>
    /// <param name="warn">Takes a sentence about each entry that can't be read.</param>
    public static IEnumerable<Package> Read(string text, string path, ImageSystem? system, Action<string> owned, Action<string> warn)
    {
        var entry = new Dictionary<char, string>();
        var folder = "";
        foreach (var line in Stanzas.Lines(text).Append(""))
        {
            if (line.Length == 0)
            {
                if (entry.Count > 0 && Package(entry, path, system, warn) is { } package) yield return package;
                entry.Clear();
                continue;
            }

            if (line.Length < 2 || line[1] != ':') continue;
            var value = line[2..];
            if (line[0] == 'F') folder = value;
            else if (line[0] == 'R') owned(folder.Length == 0 ? value : $"{folder}/{value}");
            else entry.TryAdd(line[0], value);
        }
    }

    private static Package? Package(Dictionary<char, string> entry, string path, ImageSystem? system, Action<string> warn)
    {
        if (entry.GetValueOrDefault('P') is not { Length: > 0 } name || entry.GetValueOrDefault('V') is not { Length: > 0 } version)
        {
            warn($"{path}: an entry without a name or version ({entry.GetValueOrDefault('P') ?? "?"})");
            return null;
        }

        var origin = entry.GetValueOrDefault('o');
        return new Package(PackageKind.Apk, name, version, PackageUrl.Apk(name, version, entry.GetValueOrDefault('A'), system), path)
        {
            Source = origin is { Length: > 0 } && origin != name ? origin : null,
            Licenses = entry.GetValueOrDefault('L') is { Length: > 0 } license ? [license] : [],
        };
    }
}
