using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Bills of materials, provenance, known vulnerabilities.
internal sealed partial class ControlPlaneClient
{
    private static readonly TimeSpan ReadingTimeout = TimeSpan.FromMinutes(11);

    /// <inheritdoc/>
    public Task<BillAnswer> BillAsync(string application, string? release, string? service, CancellationToken cancellationToken) =>
        CallAsync<BillAnswer>(HttpMethod.Get, Of(application, "/sbom?" + Only(("release", release), ("service", service))), null, ReadingTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<PackagesAnswer> PackagesAsync(string application, string before, string after, CancellationToken cancellationToken) =>
        CallAsync<PackagesAnswer>(HttpMethod.Get, Of(application, "/packages?" + Only(("before", before), ("after", after))), null, ReadingTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<ProvenanceAnswer> ProvenanceAsync(string application, string? release, CancellationToken cancellationToken) =>
        GetAsync<ProvenanceAnswer>(Of(application, "/provenance?" + Only(("release", release))), cancellationToken);

    /// <inheritdoc/>
    public Task<VulnerabilitiesAnswer> VulnerabilitiesAsync(string application, string? release, CancellationToken cancellationToken) =>
        GetAsync<VulnerabilitiesAnswer>(Of(application, "/vulnerabilities?" + Only(("release", release))), cancellationToken);

    /// <inheritdoc/>
    public Task ImportAdvisoriesAsync(AdvisoriesRequest request, CancellationToken cancellationToken) =>
        TellAsync(HttpMethod.Post, "/api/v1/vulnerabilities", request, CallTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task FinishImportAsync(ImportRequest request, CancellationToken cancellationToken) =>
        TellAsync(HttpMethod.Post, "/api/v1/vulnerabilities/imported", request, CallTimeout, cancellationToken);

    private static string Only(params (string Name, string? Value)[] query) =>
        string.Join('&', query.Where(q => q.Value is not null).Select(q => $"{q.Name}={Escape(q.Value!)}"));
}
