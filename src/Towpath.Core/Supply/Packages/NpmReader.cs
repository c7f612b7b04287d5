using System.Collections.Immutable;
using System.Text.Json;

namespace Towpath.Core.Supply.Packages;

/// <summary>Reads npm's <c>package.json</c> of installed packages, and <c>package-lock.json</c> (lockfileVersion 1 to 3).</summary>
public static class NpmReader
{
    private const string Folder = "node_modules/";
    private const int MostDepth = 64;

    /// <summary>An installed package; null where the file does not describe one.</summary>
    /// <param name="json">The file.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="warn">Takes a sentence where it can't be read.</param>
    public static Package? ReadInstalled(ReadOnlyMemory<byte> json, string path, Action<string> warn)
    {
        if (JsonText.Object(json, path, warn) is not { } root) return null;
        // Packages hold package.json files of tests and parts too; only what npm could install has both.
        return JsonText.Text(root, "name") is { } name && JsonText.Text(root, "version") is { } version
            ? Package(name, version, path, [.. Licenses(root)])
            : null;
    }

    /// <summary>Packages that a lock file names, without those that are only for development and links to other folders.</summary>
    /// <param name="json">The file.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="warn">Takes a sentence where it can't be read.</param>
    public static IEnumerable<Package> ReadLock(ReadOnlyMemory<byte> json, string path, Action<string> warn)
    {
        if (JsonText.Object(json, path, warn) is not { } root) return [];
        return root.TryGetProperty("packages", out var packages) && packages.ValueKind == JsonValueKind.Object
            ? OfPackages(packages, path)
            : root.TryGetProperty("dependencies", out var dependencies) ? OfDependencies(dependencies, path, 0) : [];
    }

    private static IEnumerable<Package> OfPackages(JsonElement packages, string path)
    {
        foreach (var entry in packages.EnumerateObject())
        {
            var at = entry.Name.LastIndexOf(Folder, StringComparison.Ordinal);
            if (at < 0 || entry.Value.ValueKind != JsonValueKind.Object || JsonText.IsTrue(entry.Value, "dev") || JsonText.IsTrue(entry.Value, "link")) continue;
            var name = JsonText.Text(entry.Value, "name") ?? entry.Name[(at + Folder.Length)..];
            if (name.Length > 0 && JsonText.Text(entry.Value, "version") is { } version && Package(name, version, path, [.. Licenses(entry.Value)]) is { } package) yield return package;
        }
    }

    private static IEnumerable<Package> OfDependencies(JsonElement dependencies, string path, int depth)
    {
        if (dependencies.ValueKind != JsonValueKind.Object || depth > MostDepth) yield break;
        foreach (var entry in dependencies.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Object || JsonText.IsTrue(entry.Value, "dev")) continue;
            if (entry.Name.Length > 0 && JsonText.Text(entry.Value, "version") is { } version && Package(entry.Name, version, path, []) is { } package) yield return package;
            if (!entry.Value.TryGetProperty("dependencies", out var below)) continue;
            foreach (var one in OfDependencies(below, path, depth + 1)) yield return one;
        }
    }

    private static Package? Package(string fullName, string version, string path, ImmutableArray<string> licenses)
    {
        var slash = fullName.StartsWith('@') ? fullName.IndexOf('/') : -1;
        var scope = slash > 0 ? fullName[..slash] : null;
        var name = fullName[(slash + 1)..];
        return name.Length == 0 ? null : new Package(PackageKind.Npm, name, version, PackageUrl.Npm(scope, name, version), path) { Scope = scope, Licenses = licenses };
    }

    /// <summary><c>license</c> as text or object, and <c>licenses</c> of old packages.</summary>
    private static IEnumerable<string> Licenses(JsonElement package)
    {
        var found = new List<string?>();
        if (package.TryGetProperty("license", out var license)) found.Add(Name(license));
        if (package.TryGetProperty("licenses", out var several) && several.ValueKind == JsonValueKind.Array) found.AddRange(several.EnumerateArray().Select(Name));
        return found.OfType<string>().Where(name => name.Length is > 0 and <= 200).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }

    private static string? Name(JsonElement license) => license.ValueKind switch
    {
        JsonValueKind.String => license.GetString(),
        JsonValueKind.Object => JsonText.Text(license, "type"),
        _ => null,
    };
}
