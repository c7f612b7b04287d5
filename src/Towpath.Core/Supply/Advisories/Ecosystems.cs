using System.Collections.Immutable;
using Towpath.Core.Supply.Packages;

namespace Towpath.Core.Supply.Advisories;

/// <summary>What OSV calls those who number packages (<see href="https://ossf.github.io/osv-schema/#defined-ecosystems"/>).</summary>
public static class Ecosystems
{
    private static readonly (string Name, PackageKind Kind)[] Known =
    [
        ("npm", PackageKind.Npm), ("PyPI", PackageKind.PyPi), ("NuGet", PackageKind.NuGet),
        ("Debian", PackageKind.Deb), ("Ubuntu", PackageKind.Deb), ("Alpine", PackageKind.Apk), ("Wolfi", PackageKind.Apk), ("Chainguard", PackageKind.Apk),
    ];

    /// <summary>Who numbers the packages of an ecosystem; null for one that Towpath finds no packages of.</summary>
    /// <param name="ecosystem">With or without its release: <c>Debian:12</c>.</param>
    public static PackageKind? KindOf(string ecosystem)
    {
        var name = Family(ecosystem);
        return Known.Where(k => k.Name == name).Select(k => (PackageKind?)k.Kind).FirstOrDefault();
    }

    /// <summary>An ecosystem without its release.</summary>
    public static string Family(string ecosystem) => ecosystem.Split(':')[0];

    /// <summary>Ecosystems in which a package's advisories stand; empty for a distribution that OSV does not know.</summary>
    public static ImmutableArray<string> Of(Package package, ImageSystem? system) => package.Kind switch
    {
        PackageKind.Npm => ["npm"],
        PackageKind.PyPi => ["PyPI"],
        PackageKind.NuGet => ["NuGet"],
        _ => Of(system),
    };

    /// <summary>Name and version by which a package's advisories are looked up: a distribution's speak of source packages.</summary>
    public static (string Key, string Version) Lookup(Package package) => package.Kind switch
    {
        PackageKind.Deb or PackageKind.Apk => (package.Source ?? package.Name, package.SourceVersion ?? package.Version),
        var kind => (Key(kind, package.FullName), package.Version),
    };

    /// <summary>One form for spellings that lead to the same package.</summary>
    public static string Key(PackageKind kind, string name) => kind switch
    {
        PackageKind.NuGet => name.ToLowerInvariant(),
        // PEP 503.
        PackageKind.PyPi => string.Join('-', name.ToLowerInvariant().Split(['-', '_', '.'], StringSplitOptions.RemoveEmptyEntries)),
        _ => name,
    };

    private static ImmutableArray<string> Of(ImageSystem? system) => system switch
    {
        { Id: "debian", Version: { } version } => [$"Debian:{version}"],
        { Id: "ubuntu", Version: { } version } => [$"Ubuntu:{version}", $"Ubuntu:{version}:LTS"],
        { Id: "alpine", Version: { } version } when version.Split('.') is [var major, var minor, ..] => [$"Alpine:v{major}.{minor}"],
        { Id: "wolfi" } => ["Wolfi"],
        { Id: "chainguard" } => ["Chainguard"],
        _ => [],
    };
}
