using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Bills of materials, provenance, known vulnerabilities.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public async Task<BillAnswer> BillAsync(string application, string? release, string? service, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.BillAsync(application, release, service, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<PackagesAnswer> PackagesAsync(string application, string before, string after, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.PackagesAsync(application, before, after, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ProvenanceAnswer> ProvenanceAsync(string application, string? release, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.ProvenanceAsync(application, release, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<VulnerabilitiesAnswer> VulnerabilitiesAsync(string application, string? release, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.VulnerabilitiesAsync(application, release, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ImportAdvisoriesAsync(AdvisoriesRequest request, CancellationToken cancellationToken)
    {
        Judge(Deed.ImportVulnerabilities, null, null);
        return plane.ImportAdvisoriesAsync(request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task FinishImportAsync(ImportRequest request, CancellationToken cancellationToken)
    {
        Judge(Deed.ImportVulnerabilities, null, null);
        return plane.FinishImportAsync(request with { Actor = Named(request.Actor) }, cancellationToken);
    }
}
