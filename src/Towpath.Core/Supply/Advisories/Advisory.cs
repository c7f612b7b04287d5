using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Supply.Advisories;

/// <summary>A known vulnerability, as far as it concerns packages that Towpath can compare; from a record of OSV.</summary>
/// <param name="Id">Identifier in its database: <c>GHSA-...</c>, <c>DSA-...</c>.</param>
/// <param name="Names">Its other identifiers, and for a distribution's those of what it mends: <c>CVE-...</c>.</param>
/// <param name="Summary">One line; empty where it has none.</param>
/// <param name="Withdrawn">It was a mistake: it is kept only to take back what was imported before.</param>
/// <param name="Affected">By package.</param>
public sealed record Advisory(string Id, ImmutableArray<string> Names, string Summary, bool Withdrawn, ImmutableArray<AffectedPackage> Affected);

/// <summary>Which versions of a package an advisory is about.</summary>
/// <param name="Ecosystem">As OSV writes it: <c>npm</c>, <c>Debian:12</c>.</param>
/// <param name="Package">Name, in the form of <see cref="Ecosystems.Key"/>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Score">Base score of CVSS v3; null where it has none.</param>
/// <param name="Ranges">Any of them.</param>
/// <param name="Versions">And these.</param>
public sealed record AffectedPackage(
    string Ecosystem, string Package, VulnerabilitySeverity Severity, double? Score, ImmutableArray<ImmutableArray<RangeEvent>> Ranges, ImmutableArray<string> Versions);

/// <summary>What happens at a version of a range.</summary>
public enum RangeStep
{
    /// <summary>From here on it is vulnerable.</summary>
    Introduced,

    /// <summary>From here on it is not.</summary>
    Fixed,

    /// <summary>After here it is not.</summary>
    LastAffected,

    /// <summary>From here on nothing is said.</summary>
    Limit,
}

/// <summary>An event of a range.</summary>
/// <param name="Step">What happens.</param>
/// <param name="Version">Where; <c>0</c> is before all versions.</param>
public sealed record RangeEvent(RangeStep Step, string Version);

/// <summary>An advisory that concerns one package: what is stored.</summary>
/// <param name="Id">See <see cref="Advisory"/>.</param>
/// <param name="Names">See <see cref="Advisory"/>.</param>
/// <param name="Summary">See <see cref="Advisory"/>.</param>
/// <param name="Affected">Which versions.</param>
public sealed record PackageAdvisory(string Id, ImmutableArray<string> Names, string Summary, AffectedPackage Affected);
