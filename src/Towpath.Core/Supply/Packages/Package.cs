using System.Collections.Immutable;

namespace Towpath.Core.Supply.Packages;

/// <summary>Who made and numbers a package; says how its versions are compared.</summary>
public enum PackageKind
{
    /// <summary>Debian's and Ubuntu's, installed by dpkg.</summary>
    Deb,

    /// <summary>Alpine's and its kin's, installed by apk.</summary>
    Apk,

    /// <summary>npm's.</summary>
    Npm,

    /// <summary>Python's.</summary>
    PyPi,

    /// <summary>NuGet's.</summary>
    NuGet,
}

/// <summary>A package in an image.</summary>
/// <param name="Kind">Who numbers it.</param>
/// <param name="Name">Its name without a scope, as its maker writes it.</param>
/// <param name="Version">Its version, as it is written.</param>
/// <param name="Purl">Its package URL, <c>pkg:TYPE/NAMESPACE/NAME@VERSION?QUALIFIERS</c>.</param>
/// <param name="FoundIn">Path in the image, without a slash before it.</param>
public sealed record Package(PackageKind Kind, string Name, string Version, string Purl, string FoundIn)
{
    /// <summary>npm's scope with its sign (<c>@angular</c>); null for none.</summary>
    public string? Scope { get; init; }

    /// <summary>The source package that a distribution's advisories speak of; null where it is the package itself.</summary>
    public string? Source { get; init; }

    /// <summary>Version of the source package; null where it is the package's.</summary>
    public string? SourceVersion { get; init; }

    /// <summary>Licences as they are stated, in order, each once; empty where none is.</summary>
    public ImmutableArray<string> Licenses { get; init; } = [];

    /// <summary>Its name with its scope: <c>@angular/core</c>.</summary>
    public string FullName => Scope is null ? Name : $"{Scope}/{Name}";
}

/// <summary>What <c>os-release</c> says.</summary>
/// <param name="Id">Lower-case identifier: <c>debian</c>.</param>
/// <param name="Version"><c>VERSION_ID</c>: <c>12</c>; null where it has none.</param>
/// <param name="Name">For people.</param>
public sealed record ImageSystem(string Id, string? Version, string Name)
{
    /// <summary>As the qualifier <c>distro</c> of a package URL writes it.</summary>
    public string Distro => Version is null ? Id : $"{Id}-{Version}";
}

/// <summary>What is in an image, read from its file system.</summary>
/// <param name="Digest">Image, <c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="System">Its distribution; null where it does not say.</param>
/// <param name="Packages">Each once, in the order of their package URLs.</param>
/// <param name="Warnings">What could not be read, in sentences; at most <see cref="MostWarnings"/>.</param>
public sealed record ImageInventory(string Digest, ImageSystem? System, ImmutableArray<Package> Packages, ImmutableArray<string> Warnings)
{
    /// <summary>Warnings that are kept; the last one says that there were more.</summary>
    public const int MostWarnings = 50;

    /// <summary>Counts for people: <c>123 packages (120 deb, 3 npm)</c>.</summary>
    public string Summary
    {
        get
        {
            var kinds = string.Join(", ", Packages.GroupBy(p => p.Kind).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key.ToString().ToLowerInvariant()}"));
            var warnings = Warnings.IsEmpty ? "" : $", {Warnings.Length} could not be read";
            return $"{Packages.Length} {(Packages.Length == 1 ? "package" : "packages")}{(kinds.Length == 0 ? "" : $" ({kinds})")}{warnings}";
        }
    }
}
