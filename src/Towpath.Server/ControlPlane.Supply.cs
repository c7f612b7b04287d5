using Towpath.Server.Api;

namespace Towpath.Server;

// Bills of materials, provenance, known vulnerabilities.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<BillAnswer> BillAsync(string application, string? release, string? service, CancellationToken cancellationToken) =>
        _supply.BillAsync(application, release, service, cancellationToken);

    /// <inheritdoc/>
    public Task<PackagesAnswer> PackagesAsync(string application, string before, string after, CancellationToken cancellationToken) =>
        _supply.PackagesAsync(application, before, after, cancellationToken);

    /// <inheritdoc/>
    public Task<ProvenanceAnswer> ProvenanceAsync(string application, string? release, CancellationToken cancellationToken) =>
        Task.FromResult(_supply.Provenance(application, release));

    /// <inheritdoc/>
    public Task<VulnerabilitiesAnswer> VulnerabilitiesAsync(string application, string? release, CancellationToken cancellationToken) =>
        Task.FromResult(_supply.Vulnerabilities(application, release));

    /// <inheritdoc/>
    public Task ImportAdvisoriesAsync(AdvisoriesRequest request, CancellationToken cancellationToken)
    {
        _supply.Import(request);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task FinishImportAsync(ImportRequest request, CancellationToken cancellationToken)
    {
        _supply.Finish(request);
        return Task.CompletedTask;
    }
}
