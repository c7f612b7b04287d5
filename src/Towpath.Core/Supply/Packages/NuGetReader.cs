using System.Text.Json;

namespace Towpath.Core.Supply.Packages;

/// <summary>Reads <c>*.deps.json</c>, in which a .NET program names the packages that it was published with.</summary>
public static class NuGetReader
{
    /// <summary>Its packages; projects and references are none.</summary>
    /// <param name="json">The file.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="warn">Takes a sentence about what can't be read.</param>
    public static IEnumerable<Package> Read(ReadOnlyMemory<byte> json, string path, Action<string> warn)
    {
        if (JsonText.Object(json, path, warn) is not { } root || !root.TryGetProperty("libraries", out var libraries) || libraries.ValueKind != JsonValueKind.Object) yield break;
        foreach (var library in libraries.EnumerateObject())
        {
            if (library.Value.ValueKind != JsonValueKind.Object || JsonText.Text(library.Value, "type") is not ("package" or "runtimepack")) continue;
            var slash = library.Name.LastIndexOf('/');
            if (slash <= 0 || slash == library.Name.Length - 1)
            {
                warn($"{path}: a library without a version ({library.Name})");
                continue;
            }

            // The runtime that a program carries with it is named with a word that its package does not have.
            const string pack = "runtimepack.";
            var name = library.Name[..slash];
            if (name.StartsWith(pack, StringComparison.Ordinal)) name = name[pack.Length..];
            if (name.Length > 0) yield return new Package(PackageKind.NuGet, name, library.Name[(slash + 1)..], PackageUrl.NuGet(name, library.Name[(slash + 1)..]), path);
        }
    }
}
