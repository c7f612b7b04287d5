using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Core.Supply;
using Towpath.Core.Supply.Bom;
using Towpath.Core.Supply.Packages;
using Towpath.Engines.Containers;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Storage;

namespace Towpath.Server.Supply;

/// <summary>Answers what people ask about what releases are made of, and takes what they import.</summary>
internal sealed class SupplyDesk(
    IStore store, ImageInventories inventories, ReleaseProvenance provenance, VulnerabilityCheck vulnerabilities, TimeProvider time)
{
    private const int MostAtOnce = 2000;
    private readonly Lookup _lookup = new(store);

    /// <summary>The bill of materials of a release.</summary>
    public async Task<BillAnswer> BillAsync(string application, string? name, string? service, CancellationToken cancellationToken)
    {
        var release = Release(application, name);
        if (service is not null && !release.Images.ContainsKey(service))
            throw new DiagnosticException(ExitCode.NotFound, SupplyDiagnostics.UnknownService(release.Id, service, release.Images.Keys));
        var images = new List<(string Service, ImageInventory Inventory)>();
        foreach (var one in release.Images.Keys.Where(s => service is null || s == service))
            images.Add((one, await ReadAsync(release, one, cancellationToken)));
        return new BillAnswer(release.Id, images.ToDictionary(i => i.Service, i => i.Inventory.Summary), CycloneDx.Write(release, images));
    }

    /// <summary>What changed in packages.</summary>
    public async Task<PackagesAnswer> PackagesAsync(string application, string before, string after, CancellationToken cancellationToken)
    {
        var (old, now) = (Release(application, before), Release(application, after));
        var services = new List<ServicePackagesAnswer>();
        foreach (var service in old.Images.Keys.Union(now.Images.Keys).Order(StringComparer.Ordinal))
        {
            var was = old.Images.ContainsKey(service) ? await ReadAsync(old, service, cancellationToken) : null;
            var becomes = now.Images.ContainsKey(service) ? await ReadAsync(now, service, cancellationToken) : null;
            services.Add(new ServicePackagesAnswer(service, PackageChanges.Between(was, becomes)));
        }

        return new PackagesAnswer(old.Id, now.Id, services);
    }

    /// <summary>Where a release comes from.</summary>
    public ProvenanceAnswer Provenance(string application, string? name)
    {
        var release = Release(application, name);
        var envelope = provenance.Of(release) ?? throw new DiagnosticException(ExitCode.NotFound, SupplyDiagnostics.NoProvenance(release.Id));
        return new ProvenanceAnswer(release.Id, envelope, provenance.PublicKey, provenance.WhyNot(release, envelope));
    }

    /// <summary>Known vulnerabilities of a release.</summary>
    public VulnerabilitiesAnswer Vulnerabilities(string application, string? name)
    {
        var release = Release(application, name);
        var evidence = vulnerabilities.Of(release);
        return new VulnerabilitiesAnswer(
            release.Id, evidence.Unread, evidence.Unknown, evidence.Imports.ToDictionary(i => i.Family, i => i.At),
            [.. evidence.Findings.Select(f => new FindingAnswer(f.Service, f.Finding))]);
    }

    /// <summary>Stores advisories.</summary>
    public void Import(AdvisoriesRequest request) => store.SaveAdvisories([.. request.Advisories.Take(MostAtOnce)]);

    /// <summary>Ends an import.</summary>
    public void Finish(ImportRequest request) => store.FinishImport([.. request.Families], time.GetUtcNow(), new Fact
    {
        At = time.GetUtcNow(),
        Kind = FactKind.VulnerabilitiesImported,
        Application = "",
        Text = $"{request.Actor} imported {request.Count} advisories of {string.Join(", ", request.Families)}",
        Actor = request.Actor,
    });

    private Release Release(string application, string? name)
    {
        _lookup.Application(application);
        if (name is not null) return _lookup.Release(application, name);
        return store.Releases(application, 1) is [var newest] ? newest : throw new DiagnosticException(ExitCode.NotFound, SupplyDiagnostics.NoRelease(application));
    }

    private async Task<ImageInventory> ReadAsync(Release release, string service, CancellationToken cancellationToken)
    {
        try
        {
            return await inventories.OfAsync(release.Application.Name, release.Images[service].Digest, cancellationToken);
        }
        catch (EngineException e)
        {
            throw new DiagnosticException(ExitCode.EngineUnavailable, SupplyDiagnostics.ImageNotRead(release.Id, service, e.Message));
        }
    }
}
