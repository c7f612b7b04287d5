using Towpath.Core.Supply.Advisories;
using Towpath.Core.Supply.Bom;

namespace Towpath.Server.Api;

/// <summary>A bill of materials.</summary>
/// <param name="Release">Release.</param>
/// <param name="Summaries">By service, how much was found.</param>
/// <param name="Document">CycloneDX 1.6 as JSON text, to the byte as it is to be kept.</param>
public sealed record BillAnswer(string Release, IReadOnlyDictionary<string, string> Summaries, string Document);

/// <summary>What changed in packages between two releases.</summary>
/// <param name="Before">Release before.</param>
/// <param name="After">Release after.</param>
/// <param name="Services">By service; those without a change are there with none.</param>
public sealed record PackagesAnswer(string Before, string After, IReadOnlyList<ServicePackagesAnswer> Services);

/// <summary>What changed in the packages of a service.</summary>
/// <param name="Service">Service.</param>
/// <param name="Changes">By package.</param>
public sealed record ServicePackagesAnswer(string Service, IReadOnlyList<PackageChange> Changes);

/// <summary>Where a release comes from.</summary>
/// <param name="Release">Release.</param>
/// <param name="Envelope">The DSSE envelope as JSON text.</param>
/// <param name="PublicKey">Public key of this control plane, in PEM.</param>
/// <param name="Broken">Why it proves nothing; null where it is this control plane's and speaks of the release's images.</param>
public sealed record ProvenanceAnswer(string Release, string Envelope, string? PublicKey, string? Broken);

/// <summary>Known vulnerabilities of a release.</summary>
/// <param name="Release">Release.</param>
/// <param name="Unread">Services whose image nobody has read.</param>
/// <param name="Unknown">Packages of distributions without advisories.</param>
/// <param name="Imports">When the advisories of its ecosystems were imported last; null for never.</param>
/// <param name="Findings">Worst first.</param>
public sealed record VulnerabilitiesAnswer(
    string Release, IReadOnlyList<string> Unread, int Unknown, IReadOnlyDictionary<string, DateTimeOffset?> Imports, IReadOnlyList<FindingAnswer> Findings);

/// <summary>A known vulnerability.</summary>
/// <param name="Service">In the image of which service.</param>
/// <param name="Finding">What.</param>
public sealed record FindingAnswer(string Service, Finding Finding);

/// <summary>Some advisories of an import.</summary>
/// <param name="Advisories">At most 2000 of them.</param>
/// <param name="Actor">Who imports.</param>
public sealed record AdvisoriesRequest(IReadOnlyList<Advisory> Advisories, string Actor);

/// <summary>An import came to its end.</summary>
/// <param name="Families">Ecosystems that it brought, without releases.</param>
/// <param name="Count">How many advisories.</param>
/// <param name="Actor">Who imported.</param>
public sealed record ImportRequest(IReadOnlyList<string> Families, int Count, string Actor);
