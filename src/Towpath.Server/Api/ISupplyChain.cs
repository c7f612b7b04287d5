namespace Towpath.Server.Api;

/// <summary>What can be asked about what releases are made of. What can't be done is a <see cref="Towpath.Core.Diagnostics.DiagnosticException"/>.</summary>
public interface ISupplyChain
{
    /// <summary>The bill of materials of a release; images that nobody has read are read.</summary>
    /// <param name="application">Application.</param>
    /// <param name="release">Release, or the first digits of it or its commit; null for the newest.</param>
    /// <param name="service">One service; null for all.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<BillAnswer> BillAsync(string application, string? release, string? service, CancellationToken cancellationToken);

    /// <summary>What changed in packages between two releases.</summary>
    Task<PackagesAnswer> PackagesAsync(string application, string before, string after, CancellationToken cancellationToken);

    /// <summary>Where a release comes from.</summary>
    Task<ProvenanceAnswer> ProvenanceAsync(string application, string? release, CancellationToken cancellationToken);

    /// <summary>Known vulnerabilities of a release.</summary>
    Task<VulnerabilitiesAnswer> VulnerabilitiesAsync(string application, string? release, CancellationToken cancellationToken);

    /// <summary>Stores advisories, in place of those of the same identifiers.</summary>
    Task ImportAdvisoriesAsync(AdvisoriesRequest request, CancellationToken cancellationToken);

    /// <summary>Ends an import: from now on its ecosystems count as imported.</summary>
    Task FinishImportAsync(ImportRequest request, CancellationToken cancellationToken);
}
